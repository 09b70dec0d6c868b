// The journey that every client makes against a real server; tests/clients runs it: node journey.js URL
import { ApiError, Marquee } from "./index.js";

const api = new Marquee({ url: process.argv[2] });
const brought = await api.upload("name,mbti\nAda,INTJ\nGrace,INTP\nKatherine,INFJ\n", { filename: "ts.csv" });
const names = [];
for await (const record of api.records("celebrities", { where: { "name.in": "Ada,Grace,Katherine" }, limit: 1, sort: "name" })) {
  names.push(record.name);
}
const again = await api.upload("name,mbti\nAda,INTJ\nGrace,INTP\nKatherine,INFJ\n").catch((error) => error);
const key = { "Idempotency-Key": crypto.randomUUID() };
const wish = { "Prefer": "respond-async", ...key };
const where = { path: { upload_id: brought.id }, headers: wish };
const job = await api.wait((await api.request("post", "/v1/uploads/{upload_id}/rollback", where)).id);
const taken = await api.request("get", "/v1/jobs/{job_id}/result", { path: { job_id: job.id } });
console.log(JSON.stringify({
  counts: brought.counts.new,
  names,
  refused: again instanceof ApiError ? again.code : null,
  reversed: taken.counts.reversed,
}));
