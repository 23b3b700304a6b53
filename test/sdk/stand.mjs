// What the scripts have in common. The environment says which installed package is tried (SDK) and where things listen.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

const { SDK, EASEL_URL, EASEL_KEY, OTHER_KEY, FAKE_URL, PROXY_URL } = process.env;

export const sdk = await import(SDK);
export { assert };

/** A client as people make it, except that it gives up at once unless a test is about its retries. */
export function client(options = {}) {
  return new sdk.OpenAI({ baseURL: EASEL_URL + '/v1', apiKey: EASEL_KEY, maxRetries: 0, timeout: 20_000, ...options });
}

/** A client with another API key of the same Easel. */
export const stranger = () => client({ apiKey: OTHER_KEY });

/** One test: its name is a sentence, and it ends in a line that begins with ok, or not ok and why. */
export async function says(name, body) {
  try {
    await body();
    console.log('ok ' + name);
  } catch (problem) {
    const words = [problem, problem.cause].map(p => p?.stack ?? '').join('\n');
    console.log('not ok ' + name + '\n' + words.trim().replace(/^/gm, '  '));
  }
}

/** A client behind the proxy, and the tries it makes: `mode` says what becomes of the answer to the first. */
export function cut(mode, options = {}) {
  const tries = [];
  const counted = (url, init) => {
    tries.push(new Headers(init.headers).get('x-stainless-retry-count'));
    return fetch(url, init);
  };
  const openai = client({ baseURL: PROXY_URL + '/v1', fetch: counted, maxRetries: 2,
    defaultHeaders: { 'X-Cut': mode }, ...options });
  return { openai, tries };
}

/** How often the provider has been paid for this prompt. */
export async function bought(prompt) {
  const ledger = await (await fetch(FAKE_URL + '/__ledger')).json();
  return ledger.accepted.filter(a => a.prompt === prompt).length;
}

/** How the provider shall treat the next submits. */
export async function next(...scripts) {
  await fetch(FAKE_URL + '/__next', { method: 'POST', body: scripts.join('\n') });
}

let count = 0;

/** No two tests share a prompt, so that none can get another's job. */
export function prompt(words) {
  return `${words} (${SDK} ${process.pid}-${++count})`;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), 4 + body.length);
  return out;
}

/** A PNG of one colour; with `a` below 255 it can be a mask. */
export function picture(width, height, [r, g, b, a = 255]) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(4 * width, Buffer.of(r, g, b, a))]);
  const pixels = deflateSync(Buffer.concat(Array(height).fill(row)));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0))]);
}

/** A file beside the scripts, with these bytes. */
export function file(bytes) {
  const path = fileURLToPath(new URL('input.png', import.meta.url));
  writeFileSync(path, bytes);
  return path;
}

/** Asserts that these bytes are a PNG, of this size if one is given; answers them as a text that can be compared. */
export function png(bytes, size) {
  const b = Buffer.from(bytes);
  assert.equal(b.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n', 'this is no PNG');
  assert.equal(b.subarray(-8, -4).toString('latin1'), 'IEND', 'the PNG has no end');
  if (size) assert.equal(`${b.readUInt32BE(16)}x${b.readUInt32BE(20)}`, size);
  return b.toString('base64');
}

export function inline(item, size) {
  assert.equal(item.url, undefined);
  return png(Buffer.from(item.b64_json, 'base64'), size);
}

/** Fetches a result the way a browser does: by its link alone. */
export async function linked(url, size) {
  assert.ok(url.startsWith(EASEL_URL + '/media/'), url);
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'image/png');
  return png(await answer.arrayBuffer(), size);
}

export async function all(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Asserts that it fails with this class of the SDK's errors, and with what else is given. */
export async function fails(type, expected, action) {
  await assert.rejects(action, problem => {
    assert.equal(problem.constructor.name, type, problem.stack);
    const seen = Object.fromEntries(Object.keys(expected).map(name => [name, problem[name]]));
    assert.deepEqual(seen, expected);
    return true;
  });
}
