import type { paths, components } from "./schema.js";

export type Schemas = components["schemas"];
type Json<T> = T extends { content: { "application/json": infer B } } ? B : never;
type Good<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R];
type Operation<P extends keyof paths, M extends keyof paths[P]> = paths[P][M];
type Answer<O> = O extends { responses: infer R } ? ([Good<R>] extends [never] ? unknown : Good<R>) : never;
type Parts<O> = O extends { parameters: { path: infer A } } ? A : Record<string, never>;

export interface Options<O> {
  path?: Parts<O>;
  query?: Record<string, string | number | boolean | null | undefined>;
  where?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  hint: string;
  [more: string]: unknown;
}

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly problem: Problem;
}

export class Marquee {
  constructor(options: { url: string; key?: string; attempts?: number; fetch?: typeof fetch });
  request<P extends keyof paths, M extends keyof paths[P] & string>(
    method: M,
    path: P,
    options?: Options<Operation<P, M>>,
  ): Promise<Answer<Operation<P, M>>>;
  answer(method: string, path: string, options?: Options<unknown>): Promise<Response>;
  items<T extends object, N extends keyof T>(
    page: T | Promise<T>,
    name: N,
  ): AsyncGenerator<T[N] extends (infer I)[] ? I : never>;
  records(
    dataset: string,
    options?: { where?: Record<string, string> } & Record<string, unknown>,
  ): AsyncGenerator<Record<string, unknown>>;
  upload(
    file: string | Uint8Array | Blob,
    options?: { filename?: string; dataset?: string } & Record<string, unknown>,
  ): Promise<Schemas["Upload"]>;
  wait(job_id: string): Promise<Schemas["Job"]>;
}
