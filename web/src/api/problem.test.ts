import { describe, expect, it } from "vitest";
import { asProblem, fieldErrors, fieldName, Problem, problemFrom } from "./problem.ts";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

describe("problemFrom", () => {
  it("keeps what happened, what to do next and the request id", async () => {
    const problem = await problemFrom(
      answer(409, {
        title: "Conflict",
        status: 409,
        code: "connection_spent",
        detail: "This project has had its one connection.",
        action: "Create a new project and connect that.",
        request_id: "01JD",
      }),
    );
    expect(problem).toMatchObject({
      status: 409,
      code: "connection_spent",
      message: "This project has had its one connection.",
      action: "Create a new project and connect that.",
      requestId: "01JD",
    });
  });

  it("makes do with a proxy's page", async () => {
    const problem = await problemFrom(answer(502, "<html>Bad gateway</html>", { "X-Request-Id": "r-1" }));
    expect(problem).toMatchObject({ status: 502, code: "http_502", requestId: "r-1" });
    expect(problem.message).toContain("502");
  });

  it("reads how long to wait", async () => {
    expect((await problemFrom(answer(429, {}, { "Retry-After": "30" }))).retryAfterSeconds).toBe(30);
    expect((await problemFrom(answer(429, {}))).retryAfterSeconds).toBeNull();
  });

  it("survives errors that are not as agreed", async () => {
    const problem = await problemFrom(answer(422, { errors: [{ pointer: "/name" }, "odd", null] }));
    expect(problem.fields).toEqual([{ pointer: "/name", code: "invalid", detail: "" }]);
  });
});

describe("asProblem", () => {
  it("knows a lost line from a failure", () => {
    expect(asProblem(new TypeError("Failed to fetch")).offline).toBe(true);
    expect(asProblem(new Error("odd"))).toMatchObject({ code: "unexpected", message: "odd" });
    const problem = new Problem({ status: 500 });
    expect(asProblem(problem)).toBe(problem);
  });
});

describe("field errors", () => {
  const problem = new Problem({
    status: 422,
    errors: [
      { pointer: "/set/date", code: "set_date_missing", detail: "Give the set a date." },
      { pointer: "#/name", code: "required", detail: "Give it a name." },
      { pointer: "/name", code: "too_short", detail: "Too short." },
      { pointer: "/other", code: "invalid", detail: "Something else." },
    ],
  });

  it("find their field by name, the first one wins, the rest is not lost", () => {
    expect(fieldErrors(problem, ["name", "set.date"])).toEqual({
      byField: { "set.date": "Give the set a date.", name: "Give it a name." },
      rest: ["Too short.", "Something else."],
    });
    expect(fieldErrors(null, ["name"])).toEqual({ byField: {}, rest: [] });
  });

  it("read JSON pointers", () => {
    expect(fieldName("/set/date")).toBe("set.date");
    expect(fieldName("#/a~1b/c~0d")).toBe("a/b.c~d");
    expect(fieldName("")).toBe("");
  });
});
