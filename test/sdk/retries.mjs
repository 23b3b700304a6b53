// The SDK retries by itself, twice and without an idempotency key: nothing may be bought twice for that. The proxy
// breaks the first answer off: "answer" when it comes, "running" as soon as the provider has taken the work.
import { createReadStream } from 'node:fs';
import { all, assert, bought, cut, fails, file, inline, next, picture, prompt, says, sdk } from './stand.mjs';

const gpt = { model: 'gpt-image-2', size: '64x64' };
const red = picture(64, 64, [200, 30, 30]);

for (const mode of ['answer', 'running']) {
  await says(`generate: the retry gets the first try's picture, cut at: ${mode}`, async () => {
    const { openai, tries } = cut(mode);
    const words = prompt(mode === 'running' ? '[[slow=900]] a boat' : 'a boat');
    const { data, response } = await openai.images.generate({ ...gpt, prompt: words }).withResponse();
    inline(data.data[0], '64x64');
    assert.equal(response.headers.get('idempotent-replayed'), 'true');
    assert.deepEqual(tries, ['0', '1']);
    assert.equal(await bought(words), 1);
  });
}

// These wait more than they work, so they do it together.
await Promise.all([
  says('edit: the retry of a form joins, though its boundary is another', async () => {
    const { openai, tries } = cut('answer');
    const words = prompt('a hat');
    const image = await sdk.toFile(red, 'a.png', { type: 'image/png' });
    inline((await openai.images.edit({ ...gpt, image, prompt: words })).data[0], '64x64');
    assert.deepEqual(tries, ['0', '1']);
    assert.equal(await bought(words), 1);
  }),

  says('edit of a file stream: the SDK cannot retry, and one was bought', async () => {
    const { openai, tries } = cut('answer');
    const words = prompt('a hat');
    const edit = () => openai.images.edit({ ...gpt, image: createReadStream(file(red)), prompt: words });
    await fails('APIConnectionError', {}, edit);
    assert.deepEqual(tries, ['0']);
    assert.equal(await bought(words), 1);
  }),

  says('chat: the retry gets the first try\'s picture', async () => {
    const { openai, tries } = cut('answer');
    const words = prompt('a boat');
    const reply = await openai.chat.completions.create({ ...gpt, messages: [{ role: 'user', content: words }] });
    assert.equal(reply.choices[0].message.images.length, 1);
    assert.deepEqual(tries, ['0', '1']);
    assert.equal(await bought(words), 1);
  }),

  says('a stream that breaks before its first event is joined by the retry', async () => {
    const { openai, tries } = cut('answer');
    const words = prompt('[[slow=300]] a boat');
    const events = await all(await openai.images.generate({ ...gpt, prompt: words, stream: true }));
    assert.equal(events.at(-1).type, 'image_generation.completed');
    assert.deepEqual(tries, ['0', '1']);
    assert.equal(await bought(words), 1);
  }),

  says('a client that gives up waiting, and asks again, waits for the same picture', async () => {
    const { openai, tries } = cut('never', { timeout: 1000 });
    const words = prompt('[[slow=1500]] a boat');
    inline((await openai.images.generate({ ...gpt, prompt: words })).data[0], '64x64');
    assert.ok(tries.length >= 2 && tries.length <= 3, tries.join());
    assert.equal(await bought(words), 1);
  }),

  says('an unknown outcome is not retried', async () => {
    const { openai, tries } = cut('never');
    const words = prompt('[[drop]] a boat');
    await fails('InternalServerError', { status: 502, code: 'upstream_outcome_unknown' },
      () => openai.images.generate({ ...gpt, prompt: words }));
    assert.deepEqual(tries, ['0']);
    assert.equal(await bought(words), 1);
  }),

  says('an unknown outcome whose answer is cut is told to the retry, and not bought again', async () => {
    const { openai, tries } = cut('answer');
    const words = prompt('[[drop]] a boat');
    await fails('InternalServerError', { status: 502, code: 'upstream_outcome_unknown' },
      () => openai.images.generate({ ...gpt, prompt: words }));
    assert.deepEqual(tries, ['0', '1']);
    assert.equal(await bought(words), 1);
  }),
]);

await says('two equal wishes are two pictures', async () => {
  const { openai } = cut('never');
  const words = prompt('a boat');
  await Promise.all([1, 2].map(() => openai.images.generate({ ...gpt, prompt: words })));
  assert.equal(await bought(words), 2);
});

await says('a limit is waited for as long as it says, then the picture is bought', async () => {
  const { openai, tries } = cut('never');
  const words = prompt('a boat');
  await next('429ms=1500');
  const began = performance.now();
  inline((await openai.images.generate({ ...gpt, prompt: words })).data[0]);
  assert.ok(performance.now() - began > 1000, `${performance.now() - began} ms`);
  assert.deepEqual(tries, ['0', '1']);
  assert.equal(await bought(words), 1);
});
