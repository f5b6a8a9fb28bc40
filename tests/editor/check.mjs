// In: the YAML language server and a schema. Out: exit 0 when it completes, explains and checks policies as expected.
// Usage: node check.mjs SERVER SCHEMA; `run` beside this file installs the server.

import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [serverPath, schemaPath] = process.argv.slice(2);
const schema = pathToFileURL(resolve(schemaPath)).href;
const settings = {
  yaml: { schemas: { [schema]: "*.canary.yaml" }, completion: true, validate: true, hover: true, schemaStore: { enable: false } },
};

// `|` is the cursor. `has` must be among the completions, `lacks` must not.
const completions = [
  { name: "the top of a file", text: "|", has: ["release", "include", "guardrail"], lacks: ["stage"] },
  { name: "a release", text: "release:\n- name: web\n  w|", has: ["workload", "watch", "environment"], lacks: ["guardrail"] },
  { name: "a stage", text: "release:\n- name: web\n  stage:\n  - |", has: ["weight", "pause", "gate"], lacks: ["share"] },
  { name: "a stage in one line", text: "release:\n- name: web\n  stage:\n  - {weight: 5%, p|}", has: ["pause", "promote"], lacks: ["weight"] },
  { name: "a closed set", text: "release:\n- name: web\n  stage:\n  - promote: |", has: ["auto", "manual"] },
  { name: "a unit", text: "release:\n- name: web\n  stage:\n  - pause: |", has: ["30s", "10m"] },
  { name: "a boolean", text: "release:\n- name: web\n  router:\n    gateway-api:\n      mesh: |", has: ["true", "false"] },
  { name: "a choice", text: "release:\n- name: web\n  router:\n    |", has: ["gateway-api", "istio", "nginx"] },
  { name: "measures of an slo", text: "release:\n- name: web\n  slo:\n  - name: a\n    |", has: ["success-ratio", "latency", "min"], lacks: ["web"] },
  { name: "measures of a check", text: "release:\n- name: web\n  check:\n  - name: a\n    |", has: ["web", "job", "equals"], lacks: ["latency"] },
  { name: "inside a measure", text: "release:\n- name: web\n  slo:\n  - name: a\n    latency:\n      |", has: ["percentile", "window"] },
];

const hovers = [{ name: "a property", text: "release:\n- name: web\n  stage:\n  - pau|se: 5m", says: "How long users are exposed" }];

const checks = [
  {
    name: "a good policy",
    text: "release:\n- name: web\n  workload: {replicas: 3, selector: {app: web}}\n  stage:\n  - {weight: 25%, pause: 30m}\n",
    says: [],
  },
  { name: "a typo", text: "release:\n- name: web\n  stagee: []\n", says: ["2:2 Property stagee is not allowed."] },
  { name: "a missing unit", text: "release:\n- name: web\n  stage:\n  - weight: 5\n", says: ['3:12 A percentage from 0% to 100%, such as "5%".'] },
  { name: "a missing name", text: "release:\n- namespace: web\n", says: ['1:2 Missing property "name".'] },
];

const server = spawn("node", [serverPath, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const answers = new Map();
const published = new Map();
let received = Buffer.alloc(0);
let lastId = 0;
let documents = 0;
let failures = 0;

function send(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function request(method, params) {
  const id = ++lastId;
  send({ id, method, params });
  return new Promise((done) => answers.set(id, done));
}

function take(message) {
  if (message.id !== undefined && message.method === "workspace/configuration") {
    const result = message.params.items.map((item) => (item.section === "yaml" ? settings.yaml : {}));
    send({ id: message.id, result });
  } else if (message.id !== undefined && message.method !== undefined) {
    send({ id: message.id, result: null });
  } else if (message.id !== undefined) {
    answers.get(message.id)?.(message.result);
  } else if (message.method === "textDocument/publishDiagnostics") {
    published.get(message.params.uri)?.(message.params.diagnostics);
  }
}

server.stdout.on("data", (data) => {
  received = Buffer.concat([received, data]);
  for (;;) {
    const end = received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, end).toString())[1]);
    if (received.length < end + 4 + length) return;
    const message = JSON.parse(received.subarray(end + 4, end + 4 + length));
    received = received.subarray(end + 4 + length);
    take(message);
  }
});

// Opens a text and waits until the server has checked it.
async function open(marked) {
  const at = marked.indexOf("|");
  const text = at < 0 ? marked : marked.slice(0, at) + marked.slice(at + 1);
  const before = text.slice(0, Math.max(at, 0)).split("\n");
  const uri = `file:///policies/${documents++}.canary.yaml`;
  const checked = new Promise((done) => published.set(uri, done));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  const diagnostics = await checked;
  const position = { line: before.length - 1, character: before[before.length - 1].length };
  return { at: { textDocument: { uri }, position }, diagnostics };
}

function judge(name, problem) {
  console.log(`${problem ? "FAILED" : "ok"} ${name}${problem ? `: ${problem}` : ""}`);
  if (problem) failures += 1;
}

await request("initialize", {
  processId: process.pid,
  rootUri: null,
  capabilities: {
    workspace: { configuration: true },
    textDocument: { completion: { completionItem: { snippetSupport: true } }, hover: { contentFormat: ["markdown"] } },
  },
});
send({ method: "initialized", params: {} });
send({ method: "workspace/didChangeConfiguration", params: { settings } });

for (const { name, text, has, lacks = [] } of completions) {
  const { at } = await open(text);
  const result = await request("textDocument/completion", at);
  const labels = (result?.items ?? result ?? []).map((item) => item.label);
  const missing = has.filter((label) => !labels.includes(label));
  const surplus = lacks.filter((label) => labels.includes(label));
  judge(`completes ${name}`, missing.length + surplus.length > 0 && `lacks [${missing}], has [${surplus}] of [${labels}]`);
}
for (const { name, text, says } of hovers) {
  const { at } = await open(text);
  const result = JSON.stringify((await request("textDocument/hover", at))?.contents ?? "");
  judge(`explains ${name}`, !result.includes(says) && result);
}
for (const { name, text, says } of checks) {
  const { diagnostics } = await open(text);
  const found = diagnostics.map(({ range, message }) => `${range.start.line}:${range.start.character} ${message}`);
  judge(`checks ${name}`, JSON.stringify(found) !== JSON.stringify(says) && JSON.stringify(found));
}
server.kill();
process.exit(failures === 0 ? 0 : 1);
