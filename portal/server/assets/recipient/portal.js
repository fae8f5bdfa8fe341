// What the page asks the portal. Nothing is asked before a code was typed.

export class Problem extends Error {
  constructor(status, said) {
    super(said.code || "unavailable");
    this.status = status;
    this.code = said.code || "unavailable";
    this.facts = said;
  }
}

export class Portal {
  constructor() {
    this.session = null;
    this.whenOver = () => {};
  }

  async redeem(wish) {
    const response = await reached(
      fetch("/api/v1/redeem", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(wish),
        cache: "no-store",
        referrerPolicy: "no-referrer",
      }),
    );
    const said = await judged(response);
    const opened = await said.json();
    this.session = opened.session;
    return opened;
  }

  /** Ask whether the session goes on; where it does not, that is heard as with every answer. */
  async askStill() {
    try {
      await this.json("/api/v1/view/session");
    } catch (problem) {
      if (!problem.facts) throw problem; // without an answer nothing is known: it is asked again
    }
  }

  /** Look again at what a session opened, after the page was loaded anew. */
  async resume(session) {
    this.session = session;
    return this.json("/api/v1/view/session");
  }

  async close() {
    const headers = this.headers();
    this.session = null;
    await fetch("/api/v1/view/close", { method: "POST", headers, keepalive: true }).catch(() => null);
  }

  async get(path, signal) {
    const response = await reached(fetch(path, { headers: this.headers(), cache: "no-store", signal }));
    if (response.status === 401 && this.session !== null) this.whenOver();
    return judged(response);
  }

  async json(path, signal) {
    return (await this.get(path, signal)).json();
  }

  async blob(path, signal) {
    return (await this.get(path, signal)).blob();
  }

  headers() {
    return this.session === null ? {} : { Authorization: `Share ${this.session}` };
  }
}

async function reached(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { code: "unreachable" });
  }
}

async function judged(response) {
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  said.retry_after = Number(response.headers.get("Retry-After")) || null;
  throw new Problem(response.status, said);
}
