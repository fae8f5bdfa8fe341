// What the page asks the portal, as the account that is signed in. Answers are never kept.

import { Problem } from "../recipient/portal.js";

export { Problem };

export class Api {
  /** `token` is what this page was made with: the portal answers nobody else's page, nor this one once somebody else signed in. */
  constructor(token) {
    this.token = token;
    this.asked = Date.now(); // when the portal last answered
    this.whenOver = () => {};
  }

  headers(more = {}) {
    return { Accept: "application/json", "X-Form-Token": this.token, ...more };
  }

  /** Ask for something; gives the response. Raises `Problem`; an answer "you are not signed in" ends the page. */
  async get(path, signal) {
    return this.ask(path, { headers: this.headers({ Accept: "*/*" }), signal });
  }

  async json(path, signal) {
    return (await this.get(path, signal)).json();
  }

  async blob(path, signal) {
    return (await this.get(path, signal)).blob();
  }

  /** Change something: `send("PATCH", "/api/v1/account", { phone })`; gives what is answered, null where that is nothing. */
  async send(method, path, body, more = {}) {
    const headers = this.headers(body === undefined ? more : { "Content-Type": "application/json", ...more });
    const response = await this.ask(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    return response.status === 204 ? null : response.json();
  }

  /** Ask anything, with a body of any kind; `headers` have to come from `headers()`. */
  async ask(path, wish) {
    let response;
    try {
      response = await fetch(path, { cache: "no-store", credentials: "same-origin", referrerPolicy: "same-origin", ...wish });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem(0, { code: navigator.onLine === false ? "offline" : "unreachable" });
    }
    this.asked = Date.now();
    if (response.ok) return response;
    const said = await response.json().catch(() => ({}));
    said.retry_after = Number(response.headers.get("Retry-After")) || null;
    const problem = new Problem(response.status, said);
    if (problem.status === 401 || said.reason === "form-token") this.whenOver();
    throw problem;
  }
}
