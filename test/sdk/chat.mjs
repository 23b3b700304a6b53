import { all, assert, client, fails, linked, picture, prompt, says } from './stand.mjs';

const openai = client();
const red = 'data:image/png;base64,' + picture(96, 64, [200, 30, 30]).toString('base64');
const blue = 'data:image/png;base64,' + picture(96, 64, [30, 30, 200]).toString('base64');

const ask = (content, more = {}) => openai.chat.completions.create({ model: 'sample-image', size: '128x128',
  messages: [{ role: 'system', content: 'be brief' }, { role: 'user', content }], ...more });
const look = (text, ...urls) =>
  [{ type: 'text', text }, ...urls.map(url => ({ type: 'image_url', image_url: { url, detail: 'low' } }))];

/** The picture of an answer, which it has both as markdown and as OpenRouter's `images`. */
async function drawn(message) {
  const found = /^!\[[^\]]*\]\((\S+)\)$/.exec(message.content);
  assert.ok(found, message.content);
  assert.equal(message.images.length, 1);
  assert.equal(message.images[0].type, 'image_url');
  assert.equal(message.images[0].image_url.url, found[1]);
  return linked(found[1], '128x128');
}

await says('a chat answers a picture', async () => {
  const reply = await ask(prompt('a red boat'));
  assert.match(reply.id, /^chatcmpl-/);
  assert.equal(reply.object, 'chat.completion');
  assert.equal(reply.model, 'sample-image');
  const [choice] = reply.choices;
  assert.equal(choice.finish_reason, 'stop');
  assert.equal(choice.message.role, 'assistant');
  assert.equal(choice.message.refusal, null);
  await drawn(choice.message);
  assert.equal(reply.usage.total_tokens, reply.usage.prompt_tokens + reply.usage.completion_tokens);
});

await says('pictures in the message are inputs', async () => {
  const words = prompt('with a hat');
  const first = await drawn((await ask(look(words, red))).choices[0].message);
  const same = await drawn((await ask(look(words, red))).choices[0].message);
  const other = await drawn((await ask(look(words, blue))).choices[0].message);
  const both = await drawn((await ask(look(words, red, blue))).choices[0].message);
  assert.equal(first, same);
  assert.equal(new Set([first, other, both]).size, 3);
});

await says('the last picture of the conversation is edited', async () => {
  const first = (await ask(prompt('a red boat'))).choices[0].message;
  const words = prompt('now at night');
  const edited = await openai.chat.completions.create({ model: 'sample-image', size: '128x128',
    messages: [{ role: 'user', content: 'a red boat' }, { role: 'assistant', content: first.content },
      { role: 'user', content: words }] });
  assert.notEqual(await drawn(edited.choices[0].message), await drawn((await ask(words)).choices[0].message));
});

await says('a streamed chat tells its progress, then the picture', async () => {
  const stream = { stream: true, stream_options: { include_usage: true } };
  const chunks = await all(await ask(prompt('[[slow=0.4]] a red boat'), stream));
  for (const name of ['id', 'object', 'created', 'model']) {
    assert.equal(new Set(chunks.map(c => c[name])).size, 1, name);
  }
  assert.equal(chunks[0].object, 'chat.completion.chunk');
  assert.equal(chunks[0].choices[0].delta.role, 'assistant');
  const last = chunks.pop();
  assert.deepEqual(last.choices, []);
  assert.equal(last.usage.total_tokens, last.usage.prompt_tokens + last.usage.completion_tokens);
  for (const chunk of chunks) assert.equal(chunk.usage, null);
  const deltas = chunks.map(c => c.choices[0].delta);
  assert.ok(deltas.some(d => d.reasoning_content), 'no progress');
  const content = deltas.map(d => d.content ?? '').join('');
  await drawn({ content, images: deltas.flatMap(d => d.images ?? []) });
  assert.deepEqual(chunks.map(c => c.choices[0].finish_reason).filter(r => r !== null), ['stop']);
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
});

await says('without include_usage no chunk has usage', async () => {
  const chunks = await all(await ask(prompt('a red boat'), { stream: true }));
  for (const chunk of chunks) assert.ok(!('usage' in chunk) && chunk.choices.length === 1);
});

await says('the stream helper of the SDK puts the answer together', async () => {
  const stream = openai.chat.completions.stream({ model: 'sample-image', size: '128x128',
    messages: [{ role: 'user', content: prompt('a red boat') }] });
  const { choices } = await stream.finalChatCompletion();
  assert.equal(choices[0].finish_reason, 'stop');
  await drawn(choices[0].message);
});

await says('a refusal is an error before the stream, or in it', async () => {
  await fails('BadRequestError', { status: 400, code: 'moderation_blocked' }, () => ask(prompt('[[refuse]] a boat')));
  await fails('APIError', { code: 'moderation_blocked' },
    async () => all(await ask(prompt('[[refuse]] a boat'), { stream: true })));
});

await says('a chat without a prompt names the field', async () => {
  await fails('BadRequestError', { status: 400, param: 'messages', code: 'missing_required_parameter' },
    () => openai.chat.completions.create({ model: 'auto', messages: [{ role: 'system', content: 'be brief' }] }));
});
