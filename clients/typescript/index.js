// The API of Marquee by fetch. Requests that did not come through are sent again; those that change something carry
// an Idempotency-Key, so that nothing is done twice.

const AGAIN = new Set([429, 502, 503, 504]);
const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const LONGEST = 30_000; // milliseconds between two attempts

export class ApiError extends Error {
  constructor(status, problem) {
    super([problem.title, problem.detail].filter(Boolean).join(": "));
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? "error";
    this.hint = problem.hint ?? "";
    this.problem = problem;
  }
}

export class Marquee {
  constructor({ url, key, attempts = 4, fetch: send = globalThis.fetch }) {
    this.url = url.replace(/\/$/, "");
    this.key = key;
    this.attempts = attempts;
    this.fetch = send;
  }

  /** A request by its path in the description: request("get", "/v1/jobs/{job_id}", {path: {job_id}}). */
  async request(method, path, { path: parts = {}, query = {}, headers = {}, body, where = {} } = {}) {
    const answer = await this.answer(method, path, { path: parts, query: { ...where, ...query }, headers, body });
    if (answer.status === 204) return null;
    const kind = answer.headers.get("content-type") ?? "";
    return kind.startsWith("application/json") ? answer.json() : answer;
  }

  /** The same, as the answer of fetch. Throws ApiError. */
  async answer(method, path, { path: parts = {}, query = {}, headers = {}, body } = {}) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(parts[name])));
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
    const asked = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return this.send(method.toUpperCase(), `/api${filled}${asked ? `?${asked}` : ""}`, headers, body);
  }

  async send(method, address, headers, body) {
    const head = new Headers(headers);
    if (this.key) head.set("Authorization", `Bearer ${this.key}`);
    if (UNSAFE.has(method) && !head.has("Idempotency-Key")) head.set("Idempotency-Key", crypto.randomUUID());
    if (!head.has("traceparent")) head.set("traceparent", traceparent());
    const raw = body instanceof Uint8Array || body instanceof Blob || typeof body === "string";
    if (body !== undefined && !raw && !head.has("Content-Type")) head.set("Content-Type", "application/json");
    const sent = body === undefined || raw ? body : JSON.stringify(body);
    for (let attempt = 0; ; attempt += 1) {
      const last = attempt + 1 >= this.attempts;
      let answer;
      try {
        answer = await this.fetch(this.url + address, { method, headers: head, body: sent });
      } catch (error) {
        if (last) throw error;
      }
      if (answer && (last || !AGAIN.has(answer.status))) return good(answer);
      await new Promise((go) => setTimeout(go, pause(attempt, answer)));
    }
  }

  /** What is in a list, on this page and all that follow. */
  async *items(page, name) {
    let present = await page;
    for (;;) {
      yield* present[name];
      if (!present.next) return;
      present = await (await this.send("GET", present.next, {}, undefined)).json();
    }
  }

  /** Every record that fits. */
  records(dataset, { where = {}, ...query } = {}) {
    const path = "/v1/datasets/{dataset}/records";
    const first = this.request("get", path, { path: { dataset }, query: { limit: 1000, ...query }, where });
    return this.items(first, "records");
  }

  /** Bring a file (text, bytes or a Blob) and wait for its import. */
  async upload(file, { filename = "upload.csv", dataset = "celebrities", ...query } = {}) {
    const answer = await this.answer("post", "/v1/uploads", { query: { filename, dataset, ...query }, body: file });
    const found = await answer.json();
    if (answer.status !== 202) return found;
    await this.wait(found.id);
    return this.request("get", "/v1/uploads/{upload_id}", { path: { upload_id: found.upload_id } });
  }

  /** A job when it is done. */
  async wait(job_id) {
    for (;;) {
      const job = await this.request("get", "/v1/jobs/{job_id}", { path: { job_id } });
      if (job.status !== "queued" && job.status !== "running") {
        if (job.status !== "done" && job.error) throw new ApiError(0, job.error);
        return job;
      }
      await new Promise((go) => setTimeout(go, 250));
    }
  }
}

async function good(answer) {
  if (answer.status < 400) return answer;
  const text = await answer.text();
  let problem;
  try {
    problem = JSON.parse(text);
  } catch {
    problem = { title: answer.statusText, detail: text.slice(0, 500) };
  }
  throw new ApiError(answer.status, problem);
}

function pause(attempt, answer) {
  const said = Number(answer?.headers.get("retry-after"));
  if (said > 0) return Math.min(said * 1000, LONGEST);
  return Math.min(250 * 2 ** attempt, LONGEST) * (0.5 + Math.random() / 2);
}

/** Of a new trace: give the header of your own to make the request part of yours. */
function traceparent() {
  const [trace, span] = [16, 8].map((size) =>
    Array.from(crypto.getRandomValues(new Uint8Array(size)), (byte) => byte.toString(16).padStart(2, "0")).join(""));
  return `00-${trace}-${span}-01`;
}
