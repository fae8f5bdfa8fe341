// A new patient: whom it might be is asked first, and answered by hand.

import { make } from "../dom.js";
import { box, field } from "../fields.js";
import { learn, say } from "../words.js";
import { german } from "./german.js";
import { birthDate, dicomName, form, stateWords, whose } from "./parts.js";

learn(german);

export async function show(main, context) {
  const key = crypto.randomUUID(); // pressed twice, made once
  const asked = make("section", { "aria-live": "polite" });
  const made = form([...personFields(), asked], say("Make the patient"), save, context);
  main.append(make("h1", {}, say("New patient")), made);
  made.querySelector("input").focus();

  async function save(values) {
    const other = [...asked.querySelectorAll("input:checked")].map((each) => Number(each.value));
    const wanted = { ...patientOf(values), other_than: other };
    try {
      // what was answered makes it another request
      const once = { "Idempotency-Key": `${key} ${JSON.stringify(wanted)}`.slice(0, 255).replace(/[^\x20-\x7e]/g, "?") };
      const patient = await context.api.send("POST", "/api/v1/staff/patients", wanted, once);
      context.tell(say("{who} was made.", { who: whose(patient.person) }));
      context.go(`/my/desk/patients/${patient.id}`);
    } catch (problem) {
      if (problem.code !== "person-unclear" || !problem.facts.candidates) throw problem;
      asked.replaceChildren(...question(problem.facts.candidates));
      asked.querySelector("a, input").focus();
    }
  }
}

/** The fields of a person and where one is reached. */
export function personFields(known = {}) {
  return [
    make(
      "div",
      { class: "row" },
      field("family", say("Family name"), { autocomplete: "off", maxlength: 64, value: known.family, required: true }),
      field("given", say("Given name"), { autocomplete: "off", maxlength: 64, value: known.given }),
    ),
    make(
      "div",
      { class: "row" },
      field("patient_birth_date", say("Birth date"), { autocomplete: "off", maxlength: 10, value: known.date, required: true }, say("4.5.1951 or 1951-05-04")),
      field("patient_id", say("Patient ID"), { autocomplete: "off", maxlength: 64, value: known.id }, say("The practice's own number")),
    ),
    make(
      "div",
      { class: "row" },
      field("email", say("E-mail address"), { type: "email", autocomplete: "off", maxlength: 254, value: known.email }),
      field("phone", say("Mobile phone"), { type: "tel", autocomplete: "off", maxlength: 64, value: known.phone }),
    ),
  ];
}

/** What was typed, as the portal is told it. */
export function patientOf(values) {
  return {
    patient_name: dicomName(values),
    patient_birth_date: birthDate(values.patient_birth_date),
    patient_id: values.patient_id.trim() || null,
    email: values.email.trim() || null,
    phone: values.phone.trim() || null,
  };
}

function question(candidates) {
  return [
    make("h2", {}, say("Is it one of these?")),
    make("p", {}, say("If so, open that patient. Otherwise tick that it is another person, and press the button again.")),
    make(
      "ul",
      { class: "rows" },
      candidates.map(({ likeness, patient }) =>
        make(
          "li",
          {},
          make(
            "a",
            { href: `/my/desk/patients/${patient.id}` },
            make("strong", {}, whose(patient.person)),
            make("span", { class: "quiet" }, `${likeness === "same" ? say("The same person") : say("Perhaps the same person")} · ${stateWords(patient.state)}`),
          ),
          box(`other-${patient.id}`, say("This is another person"), "", { value: String(patient.id) }),
        ),
      ),
    ),
  ];
}
