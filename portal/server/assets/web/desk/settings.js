// Settings: how the practice is reached, when reports may be seen, what patients change themselves.

import { make } from "../dom.js";
import { choices, field } from "../fields.js";
import { learn, say } from "../words.js";
import { german } from "./german.js";
import { form } from "./parts.js";

learn(german);

const CARD = "/api/v1/staff/practice/card";
const RULES = "/api/v1/staff/practice";

export async function show(main, context) {
  const { api, signal } = context;
  const answer = await api.get(CARD, signal);
  let seen = answer.headers.get("ETag");
  const [card, rules] = [await answer.json(), await api.json(RULES, signal)];
  const done = () => context.tell(say("Saved."));

  const reached = form(
    [
      field("name", say("Name of the practice"), { maxlength: 64, value: card.name }),
      field("phone", say("Phone"), { type: "tel", maxlength: 64, value: card.phone }),
      field("email", say("E-mail address"), { type: "email", maxlength: 254, value: card.email }),
      lines("address", say("Address"), card.address),
      lines("letterhead", say("Lines at the top of printed letters"), card.letterhead),
    ],
    say("Save"),
    async (values) => {
      await api.send("PATCH", CARD, values, { "If-Match": seen });
      seen = (await api.get(CARD, signal)).headers.get("ETag");
      done();
    },
    context,
  );
  const release = form(
    [
      choices("release_rule", say("A report may be seen"), [
        ["after-scan", say("so many hours after the scan"), ""],
        ["after-report", say("so many hours after it is complete"), ""],
      ], rules.release_rule),
      field("release_hours", say("Hours"), { type: "number", min: 0, max: 8760, value: rules.release_hours }, say("0: at once")),
      field("time_zone", say("Time zone"), { maxlength: 64, value: rules.time_zone }, say("Europe/Berlin; empty: that of the server")),
      choices("self_service", say("E-mail address and phone are changed"), [
        ["yes", say("by the patient, under My Account"), ""],
        ["no", say("by the practice alone"), ""],
      ], rules.self_service ? "yes" : "no"),
      choices("language", say("Letters are written in"), [["en", "English", ""], ["de", "Deutsch", ""]], rules.language),
    ],
    say("Save"),
    async (values) => {
      const hours = Number(values.release_hours);
      await api.send("PATCH", RULES, { ...values, release_hours: Number.isInteger(hours) ? hours : -1, self_service: values.self_service === "yes" });
      done();
    },
    context,
  );
  main.append(make("h1", {}, say("Settings")), make("h2", {}, say("How the practice is reached")), reached, make("h2", {}, say("Reports and accounts")), release);
}

function lines(id, words, text) {
  const made = field(id, words, { rows: 3, maxlength: 500 });
  made.querySelector("textarea").value = text || "";
  return made;
}
