import { assert, bought, client, fails, inline, next, picture, prompt, says, sdk, stranger } from './stand.mjs';

const openai = client();
const draw = (more, options) => openai.images.generate({ model: 'sample-image', size: '64x64',
  response_format: 'b64_json', prompt: prompt('a boat'), ...more }, options);
const invalid = { status: 400, type: 'invalid_request_error' };

await says('a wrong key is an AuthenticationError', async () => {
  const nobody = client({ apiKey: 'sk-nobody-knows-this-key' });
  await fails('AuthenticationError', { status: 401, code: 'invalid_api_key', param: null }, () => nobody.models.list());
  await assert.rejects(nobody.images.generate({ prompt: 'a boat' }), e => !e.message.includes('nobody-knows'));
});

await says('an unknown model is a NotFoundError', async () => {
  await fails('NotFoundError', { status: 404, code: 'model_not_found', type: 'invalid_request_error' },
    () => draw({ model: 'nope' }));
});

await says('a bad parameter is named', async () => {
  const wrong = (param, value, code = 'invalid_value') =>
    fails('BadRequestError', { ...invalid, code, param }, () => draw({ [param]: value }));
  await wrong('n', 0);
  await wrong('n', 11);
  await wrong('n', 'two', 'invalid_type');
  await wrong('size', 'huge');
  await wrong('prompt', undefined, 'missing_required_parameter');
  await wrong('prompt', 7, 'invalid_type');
  await wrong('output_format', 'bmp');
  await wrong('partial_images', 4);
  await wrong('response_format', 'gif');
});

await says('an edit without a picture, or with something else, names the field', async () => {
  const edit = image => openai.images.edit({ model: 'sample-image', prompt: prompt('a hat'), image });
  await fails('BadRequestError', { ...invalid, code: 'invalid_value', param: 'image' },
    async () => edit(await sdk.toFile(Buffer.from('no picture'), 'a.png', { type: 'image/png' })));
  await fails('BadRequestError', { ...invalid, code: 'missing_required_parameter', param: 'image' },
    () => openai.post('/images/edits', { body: { model: 'sample-image', prompt: 'a hat' } }));
});

await says('more pictures than a request may have are refused', async () => {
  const image = Array(17).fill(await sdk.toFile(picture(8, 8, [9, 9, 9]), 'a.png', { type: 'image/png' }));
  await fails('BadRequestError', { ...invalid, param: 'image' },
    () => openai.images.edit({ model: 'sample-image', prompt: prompt('a hat'), image }));
});

await says('a refused prompt is a BadRequestError with its own code', async () => {
  const blocked = { status: 400, code: 'moderation_blocked', type: 'image_generation_user_error', param: null };
  await fails('BadRequestError', blocked, () => draw({ prompt: prompt('[[refuse]] a boat') }));
  await fails('BadRequestError', blocked, () => draw({ model: 'gpt-image-2', prompt: prompt('[[refuse]] a boat') }));
});

await says('a refusal in a stream is an error of the stream', async () => {
  await fails('APIError', { code: 'moderation_blocked', type: 'image_generation_user_error' }, async () => {
    const stream = await draw({ prompt: prompt('[[refuse]] a boat'), stream: true });
    for await (const event of stream) assert.fail(event.type);
  });
});

await says('work that failed is an InternalServerError and not worth a retry', async () => {
  const failed = () => draw({ prompt: prompt('[[fail]] a boat') });
  await fails('InternalServerError', { status: 502, type: 'server_error', code: 'generation_failed' }, failed);
  await assert.rejects(failed, e => e.headers.get('x-should-retry') === 'false');
});

await says('an idempotency key gives the same answer again, and refuses another body', async () => {
  const headers = { 'Idempotency-Key': prompt('key').replace(/ /g, '-') };
  const words = prompt('a boat');
  const first = await draw({ prompt: words }, { headers }).withResponse();
  const again = await draw({ prompt: words }, { headers }).withResponse();
  assert.equal(inline(first.data.data[0]), inline(again.data.data[0]));
  assert.equal(first.response.headers.get('idempotent-replayed'), null);
  assert.equal(again.response.headers.get('idempotent-replayed'), 'true');
  assert.equal(again.response.headers.get('x-easel-job'), first.response.headers.get('x-easel-job'));
  await fails('UnprocessableEntityError', { status: 422, code: 'idempotency_key_reused' },
    () => draw({ prompt: words, n: 2 }, { headers }));
});

await says('an idempotency key holds for a form, though each has its own boundary', async () => {
  const headers = { 'Idempotency-Key': prompt('form').replace(/ /g, '-') };
  const wish = { model: 'sample-image', prompt: prompt('a hat'), size: '64x64', response_format: 'b64_json' };
  const image = () => sdk.toFile(picture(64, 64, [9, 99, 9]), 'a.png', { type: 'image/png' });
  const first = await openai.images.edit({ ...wish, image: await image() }, { headers }).withResponse();
  const again = await openai.images.edit({ ...wish, image: await image() }, { headers }).withResponse();
  assert.equal(again.response.headers.get('x-easel-job'), first.response.headers.get('x-easel-job'));
  const other = await sdk.toFile(picture(64, 64, [99, 9, 9]), 'a.png', { type: 'image/png' });
  await fails('UnprocessableEntityError', { status: 422, code: 'idempotency_key_reused' },
    () => openai.images.edit({ ...wish, image: other }, { headers }));
});

await says('fifty at once with one idempotency key are one picture', async () => {
  const headers = { 'Idempotency-Key': prompt('fifty').replace(/ /g, '-') };
  const words = prompt('[[slow=200]] a boat');
  const all = await Promise.all([...Array(50)].map(() =>
    openai.images.generate({ model: 'gpt-image-2', size: '64x64', prompt: words }, { headers }).withResponse()));
  assert.equal(await bought(words), 1);
  assert.equal(new Set(all.map(a => inline(a.data.data[0], '64x64'))).size, 1);
  assert.equal(all.filter(a => a.response.headers.get('idempotent-replayed') === 'true').length, 49);
});

await says('an idempotency key of one caller is nothing to another', async () => {
  const headers = { 'Idempotency-Key': prompt('shared').replace(/ /g, '-') };
  const mine = await draw({}, { headers }).withResponse();
  const wish = { model: 'sample-image', prompt: 'another boat' };
  const theirs = await stranger().images.generate(wish, { headers }).withResponse();
  assert.equal(theirs.response.headers.get('idempotent-replayed'), null);
  assert.notEqual(theirs.response.headers.get('x-easel-job'), mine.response.headers.get('x-easel-job'));
});

await says('a limit of the provider is a RateLimitError that says how long', async () => {
  await next('429ms=1500');
  await assert.rejects(draw({ model: 'gpt-image-2', response_format: undefined }), problem => {
    assert.ok(problem instanceof sdk.RateLimitError, problem.stack);
    assert.equal(problem.code, 'rate_limit_exceeded');
    const millis = Number(problem.headers.get('retry-after-ms'));
    assert.ok(millis > 400 && millis <= 1500, `${millis}`);
    assert.equal(problem.headers.get('retry-after'), String(Math.ceil(millis / 1000)));
    return true;
  });
  // A client that heeds it gets through; and the tests after this one are not held up.
  await client({ maxRetries: 1 }).images.generate({ model: 'gpt-image-2', prompt: prompt('a boat') });
});

await says('what is not served is told as an error', async () => {
  await fails('NotFoundError', { status: 404, code: 'unknown_url', type: 'invalid_request_error' },
    () => openai.audio.speech.create({ model: 'a', voice: 'b', input: 'c' }));
  await fails('APIError', { status: 405, code: 'method_not_allowed' }, () => openai.models.delete('sample-image'));
});
