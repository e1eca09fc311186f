// What HTMX and HTML cannot do: say what changed, put the keyboard there, explain a failure, show what is typed.

const SORRY = {
  400: "This page was open for too long. Reload it, then try once more.",
  0: "GlowLite cannot be reached. Check that you are online, then try again.",
  401: "You are not signed in any more. Reload the page to sign in.",
  404: "This is not here any more. Reload the page to see what is.",
  429: "That was a lot at once. Please wait a few minutes and try again.",
};

function say(words) {
  document.getElementById("live").textContent = words;
}

document.addEventListener("htmx:afterSettle", (event) => {
  const title = event.target.matches(".panel") && event.target.querySelector("h2");
  if (!title) return;
  title.focus();
  say(`${title.textContent.trim()}, updated`);
});

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const words = SORRY[event.detail.xhr?.status || 0] || "Something went wrong on our side. Please try again in a while.";
    const place = event.target.closest(".panel, .arrange-row, .note, section");
    if (place) {
      const sorry = place.querySelector(".wrongs") || document.createElement("p");
      const title = place.querySelector("h2");
      sorry.className = "wrongs";
      sorry.textContent = words;
      if (title) title.after(sorry); else place.prepend(sorry);
    }
    say(words);
  });
}

for (const form of document.forms) {
  const fields = form.querySelectorAll("[type=password]");
  if (!fields.length) continue;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "show" });
  const show = (shown) => {
    fields.forEach((field) => { field.type = shown ? "text" : "password"; });
    button.textContent = shown ? "Hide what I type" : "Show what I type";
  };
  button.addEventListener("click", () => show(fields[0].type === "password"));
  form.addEventListener("submit", () => show(false));
  fields[fields.length - 1].after(button);
  show(false);
}
