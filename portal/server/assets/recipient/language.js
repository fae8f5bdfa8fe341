// The language of a page, and the texts it has in it. The English text is its own name; others are learned by it.

export const language = document.documentElement.lang === "de" ? "de" : "en";
export const locale = language === "de" ? "de-DE" : "en-GB"; // not the browser's: days look like those the portal writes

const german = new Map();

/** Learn German texts by their English ones: `learn({ "My Exams": "Meine Untersuchungen" })`. */
export function learn(texts) {
  for (const [english, text] of Object.entries(texts)) german.set(english, text);
}

/** Say a text; `{name}` in it is replaced by what `facts` hold under that name, as plain text. */
export function say(english, facts = {}) {
  const text = (language === "de" && german.get(english)) || english;
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in facts ? shown(facts[name]) : hole));
}

function shown(fact) {
  return typeof fact === "number" ? fact.toLocaleString(locale) : String(fact);
}
