// Loaded after glowlite.js, on pages of staff. Page editor: the keyboard stays where it was, what happened is said, and parts can be dragged.
// Finding people while one types: how many were found is said.

document.addEventListener("htmx:afterSettle", (event) => {
  const found = event.target;
  if (!found.id?.endsWith("found")) return;
  document.querySelectorAll(".office > .wrongs:not([role])").forEach((sorry) => sorry.remove());
  const choices = found.querySelectorAll("input").length;
  say(choices ? `${choices} to choose from` : found.querySelector("h2, p")?.textContent || "");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const answers = event.target.closest("#arrange") && [409, 422].includes(event.detail.xhr.status);
  if (answers) Object.assign(event.detail, { shouldSwap: true, isError: false });
});

document.addEventListener("htmx:afterSettle", (event) => {
  const editor = event.detail.elt.id === "arrange" && document.getElementById("arrange");
  if (!editor) return;
  const cause = event.detail.requestConfig.triggeringEvent;
  const pressed = cause?.submitter?.id || cause?.target.closest(".arrange-row")?.id || cause?.target.id || "";
  const other = { on: "off", off: "on", up: "down", down: "up" };
  const again = pressed.replace(/-(on|off|up|down)$/, (_, done) => `-${other[done]}`);
  const row = pressed.split("-").slice(0, 2).join("-");
  const places = [pressed, again, row, "arrange-list"].map((id) => document.getElementById(id)).filter((place) => editor.contains(place));
  const seen = places.find((place) => place?.checkVisibility());
  (editor.querySelector("[aria-invalid]") || seen)?.focus();
  say(editor.dataset.said || "The page is as chosen now");
});

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.("[draggable]")?.closest(".arrange-row");
  if (row) event.dataTransfer.setData("text/x-arrange", row.id);
});

for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    const row = event.target.closest?.("ol > .arrange-row");
    if (!row || !event.dataTransfer.types.includes("text/x-arrange")) return;
    event.preventDefault();
    const form = kind === "drop" && document.getElementById(event.dataTransfer.getData("text/x-arrange"))?.querySelector("form");
    if (!form) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: [...row.parentNode.children].indexOf(row) }));
    form.requestSubmit();
  });
}

// Hand-over desk: where the browser can read squares, a letter is held before the camera. Whatever it says, the way leads to a page of this site.
const scanner = document.getElementById("scanner");

function codeIn(text) {
  const address = URL.canParse(text) && new URL(text);
  return address && address.pathname.endsWith("/begin") ? address.searchParams.get("code") : null;
}

async function firstCode(video) {
  const reader = new BarcodeDetector({ formats: ["qr_code"] });
  while (video.srcObject) {
    const squares = await reader.detect(video).catch(() => []);  // between two pictures there is nothing to read
    const code = squares.map((square) => codeIn(square.rawValue)).find(Boolean);
    if (code) return code;
    await new Promise((resolve) => { setTimeout(resolve, 150); });
  }
  return null;
}

async function scan(video) {
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.hidden = false;
  const code = await firstCode(video);
  if (code) location.assign(`/begin?code=${encodeURIComponent(code)}`);
}

function stopCamera(video) {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  Object.assign(video, { srcObject: null, hidden: true });
}

async function offerToScan() {
  const formats = navigator.mediaDevices && "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  if (!formats.includes("qr_code")) return;
  const panel = scanner.content.firstElementChild;
  const [button, said, video] = ["button", "p", "video"].map((name) => panel.querySelector(name));
  const words = button.textContent;
  scanner.after(panel);
  button.addEventListener("click", async () => {
    const begins = !video.srcObject;
    said.textContent = "";
    button.textContent = begins ? button.dataset.on : words;
    if (begins) await scan(video).catch(() => { said.textContent = scanner.dataset.refused; });
    stopCamera(video);
    button.textContent = words;
  });
}

if (scanner) offerToScan();
