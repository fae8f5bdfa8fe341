// What an exam is in plain words, as the portal says it in English (`portal/server/exams/titles.py`): "MRI of the knee".

import { language, learn, say } from "../words.js";
import { german } from "./titles/german.js";

learn(german);

const OF = " of ";

/** Say a title in the language of the page; what is not known of it stays. */
export function titleWords(title) {
  return language === "en" ? title : title.split(", ").map(oneTitle).join(", ");
}

function oneTitle(title) {
  const [machine, parts] = [title.split(OF)[0], title.split(OF).slice(1).join(OF)];
  return parts ? `${say(machine)}: ${parts.split(" and ").map((part) => say(part)).join(say(" and "))}` : say(machine);
}
