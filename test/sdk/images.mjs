import { createReadStream } from 'node:fs';
import { all, assert, client, file, inline, linked, picture, png, prompt, says, sdk } from './stand.mjs';

const openai = client();
const red = picture(96, 64, [200, 30, 30]);
const blue = picture(96, 64, [30, 30, 200]);
const mask = picture(96, 64, [0, 0, 0, 0]);

/** The sample draws what it is given into its picture, so that another input makes another picture. */
const sample = { model: 'sample-image', size: '128x128', response_format: 'b64_json' };
const gpt = { model: 'gpt-image-2', size: '64x64' };
const upload = (bytes, name) => sdk.toFile(bytes, name, { type: 'image/png' });

await says('generate answers a link to a picture of the size', async () => {
  const reply = await openai.images.generate({ model: 'sample-image', prompt: prompt('a red boat'), size: '192x128' });
  assert.equal(reply.data.length, 1);
  await linked(reply.data[0].url, '192x128');
  assert.equal(reply.size, '192x128');
  assert.equal(reply.output_format, 'png');
  assert.ok(Math.abs(reply.created - Date.now() / 1000) < 60);
});

await says('generate answers base64 where it is asked for', async () => {
  const reply = await openai.images.generate({ ...sample, prompt: prompt('a red boat') });
  inline(reply.data[0], '128x128');
});

await says('a GPT image model answers base64 and usage unasked', async () => {
  const reply = await openai.images.generate({ ...gpt, prompt: prompt('a boat'), quality: 'low',
    moderation: 'low', background: 'opaque', user: 'someone' });
  inline(reply.data[0], '64x64');
  const { usage } = reply;
  assert.equal(usage.output_tokens, 196);
  assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
  assert.equal(usage.input_tokens, usage.input_tokens_details.text_tokens + usage.input_tokens_details.image_tokens);
});

await says('a GPT image model answers a link where it is asked for', async () => {
  const reply = await openai.images.generate({ ...gpt, prompt: prompt('a boat'), response_format: 'url' });
  await linked(reply.data[0].url, '64x64');
});

await says('a retired model is its successor, and keeps its habits', async () => {
  const wish = { model: 'dall-e-3', prompt: prompt('a boat'), quality: 'hd', style: 'vivid' };
  const reply = await openai.images.generate(wish);
  await linked(reply.data[0].url, '1024x1024');
  assert.equal(reply.model, 'gpt-image-2');
});

await says('n=2 answers two pictures', async () => {
  const reply = await openai.images.generate({ ...sample, prompt: prompt('two boats'), n: 2 });
  assert.equal(reply.data.length, 2);
  assert.notEqual(inline(reply.data[0]), inline(reply.data[1]));
  const links = await openai.images.generate({ ...sample, response_format: 'url', prompt: prompt('two boats'), n: 2 });
  assert.notEqual(links.data[0].url, links.data[1].url);
});

await says('without a model one is chosen', async () => {
  const reply = await openai.images.generate({ prompt: prompt('a boat') });
  await linked(reply.data[0].url);
});

await says('a model is taken by its address with a slash', async () => {
  const reply = await openai.images.generate({ ...sample, model: 'sample/sample-image', prompt: prompt('a boat') });
  inline(reply.data[0], '128x128');
});

await says('null is the same as nothing', async () => {
  const reply = await openai.images.generate({ model: 'sample-image', prompt: prompt('a boat'), n: null, size: null,
    quality: null, style: null, response_format: null, background: null, output_format: null, output_compression: null,
    moderation: null, partial_images: null, stream: null });
  assert.equal(reply.data.length, 1);
});

await says('every answer has a request id', async () => {
  const reply = await openai.images.generate({ ...sample, prompt: prompt('a boat') });
  assert.match(reply._request_id, /^\S{8,}$/);
  const wish = { ...sample, prompt: prompt('a boat') };
  const { data, response, request_id } = await openai.images.generate(wish).withResponse();
  inline(data.data[0]);
  assert.equal(response.headers.get('x-request-id'), request_id);
  assert.notEqual(request_id, reply._request_id);
});

await says('edit takes a file however it is sent', async () => {
  const wish = { ...sample, prompt: prompt('with a hat') };
  const ways = [
    await upload(red, 'red.png'), // with a type and a length
    await sdk.toFile(red, 'picture'), // without a type
    new File([red], 'red.bin', { type: 'application/octet-stream' }),
    createReadStream(file(red)), // chunked, and of no type
    await fetch('data:image/png;base64,' + red.toString('base64')),
  ];
  const pictures = [];
  for (const image of ways) pictures.push(inline((await openai.images.edit({ image, ...wish })).data[0], '128x128'));
  assert.equal(new Set(pictures).size, 1);
  const other = await openai.images.edit({ image: await upload(blue, 'blue.png'), ...wish });
  assert.notEqual(inline(other.data[0]), pictures[0]);
});

await says('edit takes several pictures and a mask', async () => {
  const images = [await upload(red, 'a.png'), await upload(blue, 'b.png')];
  const wish = { image: images, mask: await upload(mask, 'm.png'), prompt: prompt('mix') };
  const own = await openai.images.edit({ ...sample, ...wish });
  inline(own.data[0], '128x128');
  const passed = await openai.images.edit({ ...gpt, ...wish, n: 2 });
  assert.equal(passed.data.length, 2);
  assert.equal(passed.usage.input_tokens_details.image_tokens, 3 * 640);
});

await says('a list of one picture is a list', async () => {
  const image = [await upload(red, 'a.png')];
  const reply = await openai.images.edit({ ...sample, image, prompt: prompt('with a hat') });
  inline(reply.data[0]);
});

await says('createVariation makes another of a picture', async () => {
  const reply = await openai.images.createVariation({ image: await upload(red, 'a.png'), model: 'sample-image', n: 2,
    size: '256x256', response_format: 'b64_json' });
  assert.equal(reply.data.length, 2);
  inline(reply.data[0], '256x256');
});

/** A preview that is not sent before the picture is ready may be left out, as OpenAI's documentation says. */
function streamed(events, kind, partials) {
  const indexes = events.slice(0, -1).map(e => e.partial_image_index);
  assert.deepEqual(events.map(e => e.type), [...indexes.map(() => kind + '.partial_image'), kind + '.completed']);
  assert.deepEqual(indexes, [...Array(partials).keys()].filter(i => indexes.includes(i)));
  for (const e of events) {
    png(Buffer.from(e.b64_json, 'base64'));
    assert.ok(Number.isInteger(e.created_at) && e.output_format === 'png' && e.quality && e.background && e.size);
  }
  const { usage } = events.at(-1);
  assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
}

await says('generate streams every preview there is time for, then the picture', async () => {
  const wish = { model: 'sample-image', prompt: prompt('[[slow=0.9]] a lake'), size: '128x128' };
  const events = await all(await openai.images.generate({ ...wish, stream: true, partial_images: 2 }));
  streamed(events, 'image_generation', 2);
  assert.equal(events.length, 3);
  assert.equal(events.at(-1).size, '128x128');
});

for (const model of ['sample-image', 'gpt-image-2']) {
  await says(`generate streams the picture last, from ${model}`, async () => {
    const wish = { model, prompt: prompt('a lake'), size: '128x128' };
    const events = await all(await openai.images.generate({ ...wish, stream: true, partial_images: 3 }));
    streamed(events, 'image_generation', 3);
  });

  await says(`a stream without previews is one event, from ${model}`, async () => {
    const wish = { model, prompt: prompt('a lake'), size: '128x128' };
    streamed(await all(await openai.images.generate({ ...wish, stream: true })), 'image_generation', 0);
  });

  await says(`edit streams the picture last, from ${model}`, async () => {
    const wish = { model, image: await upload(red, 'a.png'), prompt: prompt('a lake'), size: '128x128' };
    streamed(await all(await openai.images.edit({ ...wish, stream: true, partial_images: 1 })), 'image_edit', 1);
  });
}

await says('a stream of two pictures ends with both', async () => {
  const wish = { model: 'sample-image', prompt: prompt('two lakes'), size: '128x128', n: 2 };
  const events = await all(await openai.images.generate({ ...wish, stream: true, partial_images: 0 }));
  assert.deepEqual(events.map(e => e.type), Array(2).fill('image_generation.completed'));
  assert.notEqual(events[0].b64_json, events[1].b64_json);
});
