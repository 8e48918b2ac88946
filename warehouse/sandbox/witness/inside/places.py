"""Where witnesses leave what they saw, below /box."""

FOLDER = ".softhouse-witness"
TRIED_DISPLAY = f"{FOLDER}/tried-display"
BEFORE = f"{FOLDER}/before.png"
AFTER = f"{FOLDER}/after.png"
LOOK = f"{FOLDER}/look.png"
