// The secret of the link stands behind its "#", which a browser sends to nobody. It stays with this tab, out of
// the address bar, and opens the socket. A cookie would go to every port of this machine.
const secret = location.hash.slice(1) || history.state || "none";
history.replaceState(secret, "", "/");
window.WebSocket = class extends WebSocket {
  constructor(address) {
    super(address, ["softhouse", secret]);
  }
};
addEventListener("hashchange", () => location.reload());
document.getElementById("again").addEventListener("click", () => location.reload());
