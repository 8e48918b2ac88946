// The secret of the link is in a cookie now: keep it out of the address bar and the history.
history.replaceState(null, "", "/");
document.getElementById("again").addEventListener("click", () => location.reload());
