"""Servers of tools that speak the Model Context Protocol: named in cards and settings, asked by roles."""
