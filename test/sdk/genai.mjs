import { all, assert, bought, next, picture, png, prompt, says, sdk } from './stand.mjs';

const { EASEL_URL, EASEL_KEY, SDK } = process.env;
const google = (options = {}, apiKey = EASEL_KEY) =>
  new sdk.GoogleGenAI({ apiKey, httpOptions: { baseUrl: EASEL_URL, timeout: 30_000, ...options } });
const { models, chats } = google();
const square = { imageConfig: { aspectRatio: '1:1', imageSize: '512' } };
const ask = (contents, config = square, model = 'sample-image') => models.generateContent({ model, contents, config });
const stream = (contents, config = square) =>
  models.generateContentStream({ model: 'sample-image', contents, config });
const red = { inlineData: { mimeType: 'image/png', data: picture(96, 64, [200, 30, 30]).toString('base64') } };
const blue = { inlineData: { mimeType: 'image/png', data: picture(96, 64, [30, 30, 200]).toString('base64') } };

/** The picture of an answer. */
function drawn(reply, size = '512x512') {
  const [part] = reply.candidates[0].content.parts.filter(p => !p.thought);
  assert.equal(part.inlineData.mimeType, 'image/png');
  assert.equal(reply.data, part.inlineData.data);
  return png(Buffer.from(part.inlineData.data, 'base64'), size);
}

/** Asserts that it fails with this status and this reason. */
async function fails(status, reason, action) {
  await assert.rejects(action, problem => {
    assert.equal(problem.status, status, problem.stack);
    assert.ok(problem.message.includes(`"reason":"${reason}"`), problem.message);
    return true;
  });
}

await says('an image model answers a picture', async () => {
  const reply = await ask(prompt('a red boat'));
  drawn(reply);
  assert.equal(reply.candidates.length, 1);
  assert.equal(reply.candidates[0].finishReason, 'STOP');
  assert.match(reply.responseId, /^job_/);
  assert.equal(reply.modelVersion, 'sample-image');
  assert.equal(typeof reply.usageMetadata.totalTokenCount, 'number');
});

await says('a model may be addressed with its provider', async () => {
  drawn(await ask(prompt('a boat'), square, 'sample/sample-image'));
  drawn(await ask(prompt('a boat'), square, 'models/sample-image'));
});

await says('shape and resolution are what was asked for', async () => {
  drawn(await ask(prompt('a boat'), { imageConfig: { aspectRatio: '16:9', imageSize: '1K' } }), '1280x720');
  drawn(await ask(prompt('a boat'), { imageConfig: { aspectRatio: '9:16' } }), '720x1280');
});

await says('pictures beside the prompt are inputs', async () => {
  const words = prompt('with a hat');
  const first = drawn(await ask([{ text: words }, red]));
  assert.equal(drawn(await ask([{ text: words }, red])), first);
  const all = new Set([first, drawn(await ask(words)), drawn(await ask([words, blue])), drawn(await ask([words, red, blue]))]);
  assert.equal(all.size, 4);
});

await says('a chat goes on with the picture before', async () => {
  const words = prompt('now at night');
  const chat = chats.create({ model: 'sample-image', config: square });
  drawn(await chat.sendMessage({ message: prompt('a red boat') }));
  assert.notEqual(drawn(await chat.sendMessage({ message: words })), drawn(await ask(words)));
});

await says('several candidates are several pictures', async () => {
  const { candidates } = await ask(prompt('a boat'), { ...square, candidateCount: 3 });
  assert.deepEqual(candidates.map(c => c.index), [0, 1, 2]);
  assert.equal(new Set(candidates.map(c => c.content.parts[0].inlineData.data)).size, 3);
});

await says('a stream thinks aloud, and its last chunk has the picture', async () => {
  const chunks = await all(await stream(prompt('[[slow=0.4]] a red boat')));
  const last = chunks.pop();
  drawn(last);
  assert.equal(last.candidates[0].finishReason, 'STOP');
  assert.ok(chunks.length > 0, 'no progress');
  for (const chunk of chunks) {
    assert.ok(!chunk.text, 'a thought is in the answer');
    assert.equal(chunk.candidates[0].content.parts[0].thought, true);
    assert.equal(chunk.candidates[0].finishReason, undefined);
  }
});

await says('a video is linked', async () => {
  const reply = await ask(prompt('waves'), {}, 'sample-video');
  const { mimeType, fileUri } = reply.candidates[0].content.parts[0].fileData;
  assert.equal(mimeType, 'video/mp4');
  const answer = await fetch(fileUri);
  assert.equal(answer.headers.get('content-type'), 'video/mp4');
  assert.ok((await answer.arrayBuffer()).byteLength > 1000);
});

await says('models are listed, in pages too', async () => {
  const names = [];
  for await (const model of await models.list()) names.push(model.name);
  assert.ok(names.includes('models/sample-image') && names.includes('models/gemini-3.0-pro-image') === false);
  const paged = [];
  const pager = await models.list({ config: { pageSize: 3 } });
  assert.equal(pager.page.length, 3);
  for await (const model of pager) paged.push(model.name);
  assert.deepEqual(paged, names);
  const one = await models.get({ model: 'sample-image' });
  assert.equal(one.name, 'models/sample-image');
  assert.ok(one.supportedActions.includes('generateContent'));
});

await says('what is wrong is an ApiError that says what', async () => {
  await fails(404, 'MODEL_NOT_FOUND', () => ask('a boat', square, 'nope'));
  await fails(400, 'INVALID_VALUE', () => ask('a boat', { imageConfig: { aspectRatio: 'wide' } }));
  await fails(400, 'INVALID_VALUE', () => ask('a boat', { responseModalities: ['TEXT'] }));
  await fails(400, 'PROHIBITED_CONTENT', () => ask(prompt('[[refuse]] a boat')));
  await fails(401, 'API_KEY_INVALID', () => google({}, 'sk-nobody').models.list());
  await fails(404, 'METHOD_NOT_FOUND', () => models.countTokens({ model: 'sample-image', contents: 'a boat' }));
});

await says('a failure in a stream fails in every version', async () => {
  await assert.rejects(async () => all(await stream(prompt('[[refuse]] a boat'))));
});

await says('what may have been paid for is not bought again by a client that repeats', async () => {
  const eager = google({ retryOptions: { attempts: 3, initialDelay: 0.01, maxDelay: 0.02 } }).models;
  const contents = prompt('[[drop]] a boat');
  const wish = () => eager.generateContent({ model: 'gpt-image-2', contents });
  // The older one forgets the answer when it must not repeat.
  if (SDK === 'genai-1') await assert.rejects(wish);
  else await fails(424, 'UPSTREAM_OUTCOME_UNKNOWN', wish);
  assert.equal(await bought(contents), 1);
});

await says('a limit is a 429 that a client may wait for', async () => {
  await next('429ms=900', '429ms=900');
  await fails(429, 'RATE_LIMIT_EXCEEDED', () => ask(prompt('a boat'), {}, 'gpt-image-2'));
  const patient = google({ retryOptions: { attempts: 4, initialDelay: 1 } }).models;
  const contents = prompt('a boat');
  await patient.generateContent({ model: 'gpt-image-2', contents });
  assert.equal(await bought(contents), 1);
});

await says('an idempotency key gives the same answer again', async () => {
  const keyed = google({ headers: { 'Idempotency-Key': prompt('key').replace(/ /g, '-') } }).models;
  const wish = { model: 'sample-image', contents: prompt('a boat'), config: square };
  const first = await keyed.generateContent(wish);
  const again = await keyed.generateContent(wish);
  assert.equal(again.responseId, first.responseId);
  assert.equal(drawn(again), drawn(first));
});
