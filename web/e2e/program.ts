/** The program under test: started on a folder and a port of its own, ended with the test. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

function binary(): string {
  const named = process.env["SLUICE_BIN"];
  if (!named) throw new Error("SLUICE_BIN has to name the program under test");
  return path.resolve(named);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

export interface Program {
  url: string;
  /** What it wrote so far, both streams. */
  output: () => string;
  /** `sluice admin …` on its data. */
  admin: (args: readonly string[], input?: string) => Promise<string>;
  end: () => Promise<void>;
}

/** Starts `sluice serve` or `sluice demo` and waits until it answers. */
export async function start(command: "serve" | "demo"): Promise<Program> {
  const folder = await mkdtemp(path.join(tmpdir(), "sluice-e2e-"));
  const data = path.join(folder, "data");
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const child = spawn(binary(), [command, "--listen", listen, "--data", data], { cwd: folder });
  const pieces: string[] = [];
  child.stdout.on("data", (piece) => pieces.push(String(piece)));
  child.stderr.on("data", (piece) => pieces.push(String(piece)));
  const output = () => pieces.join("");
  const end = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answering(child, url, output);
  } catch (error) {
    await end();
    throw error;
  }
  return { url, output, end, admin: (args, input = "") => run([...args, "--data", data], folder, input) };
}

async function answering(child: ChildProcess, url: string, output: () => string): Promise<void> {
  // A debug build draws the sheets of the demo slowly on a busy machine.
  const until = Date.now() + 240_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the program ended by itself:\n${output()}`);
    try {
      const answer = await fetch(`${url}/api/v1/session`);
      if (answer.status === 401) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the program does not answer:\n${output()}`);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
  });
}

function run(args: readonly string[], cwd: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(binary(), ["admin", ...args], { cwd }, (error, stdout, stderr) => {
      if (error) reject(new Error(`sluice admin ${args.join(" ")}: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
    child.stdin?.end(input);
  });
}
