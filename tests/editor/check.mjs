// In: the YAML language server, a schema and canaryc. Out: exit 0 when the server completes, explains and checks policies
// as expected, and canaryc accepts what its completions insert.
// Usage: node check.mjs SERVER SCHEMA CANARYC; `run` beside this file installs the server.

import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [serverPath, schemaPath, canaryc] = process.argv.slice(2);
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

// Each completion is accepted as it is, and the policy must then compile.
const around = (without) => {
  const sections = {
    workload: "workload: {replicas: 6, selector: {app: web}}",
    service: "service: {port: [{number: 80, target: 8080}]}",
    route: "route: [{host: web.example.com}]",
    router: "router: {gateway-api: {gateways: [infra/public]}}",
    slo: 'slo: [{name: availability, min: 99%, success-ratio: {window: 5m}}, {name: latency, max: 300ms, latency: {percentile: 99, window: 5m}}]',
    check: 'check: [{name: smoke, equals: ok, web: {url: "http://{{canary-service}}.{{namespace}}/healthz", json: "{$.status}"}}]',
    stage: "stage: [{weight: 5%, pause: 30m, gate: [{names: [smoke]}]}, {weight: 50%, pause: 30m}]",
    watch: "watch: {names: [availability, latency]}",
  };
  for (const name of without) delete sections[name];
  const lines = Object.values(sections).map((line) => `  ${line}\n`).join("");
  const provider = 'provider: [{name: main, prometheus: {address: "http://prometheus.monitoring:9090", telemetry: opentelemetry}}]\n';
  return `${provider}release:\n- name: web\n  namespace: shop\n${lines}`;
};
const level = (kind, more) => `${around([kind, "watch", "stage"])}  stage: [{weight: 50%, pause: 2h}]\n  ${kind}:\n  - name: a\n${more}    |`;
const accepted = [
  ...["workload", "service", "router"].map((label) => ({ label, text: `${around([label])}  ${label[0]}|` })),
  { label: "rollout", text: `${around([])}  r|` },
  { label: "watch", text: `${around(["watch"])}  w|` },
  { label: "autoscaler", text: `${around(["workload"])}  workload: {selector: {app: web}}\n  a|` },
  ...["success-ratio", "latency"].map((label) => ({ label, text: level("slo", "    min: 99%\n") })),
  { label: "burn-rate", text: level("slo", "    max: 14.4\n") },
  { label: "request-rate", text: level("check", "    min: 1/s\n") },
  { label: "restarts", text: level("check", "    max: 5\n") },
  { label: "query", text: level("check", "    max: 5\n") },
  { label: "web", text: level("check", "    equals: ok\n") },
  { label: "job", text: level("check", "") },
  ...["failure-limit", "error-limit", "retain"].map((label) => ({
    label,
    text: level("check", '    equals: ok\n    web: {url: "http://{{canary-service}}.{{namespace}}/healthz", json: "{$.status}"}\n'),
  })),
  { label: "gateway-api", text: `${around(["router"])}  router:\n    |` },
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

// The text with a completion accepted, and each place to fill in left as it is proposed.
function accept(marked, item) {
  const at = marked.indexOf("|");
  const before = marked.slice(0, at).split("\n");
  const { range, newText } = item.textEdit ?? { newText: item.insertText ?? item.label };
  const line = before.pop();
  const start = range ? range.start.character : line.length;
  const plain = newText.replaceAll(/\$\{\d+:([^}]*)\}/g, "$1").replaceAll(/\$\{?\d+\}?/g, "");
  // An editor indents further lines as far as the first.
  const indent = line.match(/^ */)[0];
  const lines = plain.split("\n").map((text, index) => (index === 0 ? text : indent + text));
  return [...before, line.slice(0, start) + lines.join("\n") + marked.slice(at + 1)].join("\n");
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
for (const { label, text } of accepted) {
  const { at } = await open(text);
  const result = await request("textDocument/completion", at);
  const item = (result?.items ?? result ?? []).find((item) => item.label === label);
  const inserted = item && accept(text, item);
  const said = inserted && spawnSync(canaryc, ["check", "--stdin-name", "web.canary.yaml", "-"], { input: inserted, encoding: "utf8" });
  const errors = !item ? "no such completion" : said.status === 0 ? "" : `${inserted}\n${said.stdout}${said.stderr}`;
  judge(`inserts ${label}`, errors);
}
server.kill();
process.exit(failures === 0 ? 0 : 1);
