/* Drafts: what was typed and is not sent yet, kept in this browser and sealed with a key that the server gives to its
   author alone: it outlives the tab and the session, and whoever uses the browser next can read none of it. */
const { user = "", draftKey = "" } = osler.metaData("session");
const KEPT_FOR = 7 * 86_400_000;
const EVERYBODYS = "osler:draft:";
const MINE = `${EVERYBODYS}${user}:`;
const turns = new Map();

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const textOf = (bytes) => btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
const sealing = user && draftKey && globalThis.crypto?.subtle ? crypto.subtle.importKey("raw", bytesOf(draftKey), "AES-GCM", false, ["encrypt", "decrypt"]) : null;
const how = (place, iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(MINE + place) });

const stored = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
const names = () => { try { return Object.keys(localStorage).filter((name) => name.startsWith(EVERYBODYS)); } catch { return []; } };
const remove = (name) => { try { localStorage.removeItem(name); } catch { /* forbidden */ } };

osler.drafts = {
  /* The last call for a place counts, whichever is sealed first. `sent` is the key of the form that was sent with it. */
  async keep(place, content, { sent = "" } = {}) {
    if (!sealing) return;
    const turn = Symbol(place);
    turns.set(place, turn);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const box = await crypto.subtle.encrypt(how(place, iv), await sealing, new TextEncoder().encode(JSON.stringify(content)));
    if (turns.get(place) !== turn) return;
    const kept = { at: Date.now(), sent, iv: textOf(iv), box: textOf(new Uint8Array(box)) };
    try { localStorage.setItem(MINE + place, JSON.stringify(kept)); } catch { /* full or forbidden */ }
  },
  async read(place) {
    const kept = sealing && stored(MINE + place);
    if (!kept?.box) return null;
    try {
      const content = await crypto.subtle.decrypt(how(place, bytesOf(kept.iv)), await sealing, bytesOf(kept.box));
      return { content: JSON.parse(new TextDecoder().decode(content)), sent: kept.sent };
    } catch {
      return null;
    }
  },
  forget(place) {
    turns.delete(place);
    remove(MINE + place);
  },
  forgetMine() {
    turns.clear();
    names().filter((name) => name.startsWith(MINE)).forEach(remove);
  },
};

/* The server has said which form it took (a cookie with its key); what is a week old goes too. */
const done = document.cookie.match(/(?:^|; )osler_done=([0-9a-f-]{36})/)?.[1];
for (const name of names()) {
  const { at = 0, sent = "" } = stored(name) ?? {};
  if (Date.now() - at > KEPT_FOR || (done && sent === done)) remove(name);
}
if (done) document.cookie = "osler_done=; path=/; max-age=0; samesite=lax";
