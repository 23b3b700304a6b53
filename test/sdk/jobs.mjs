import { all, assert, client, fails, linked, prompt, says, stranger } from './stand.mjs';

const openai = client();
const later = words => openai.images.generate({ model: 'sample-image', size: '64x64', prompt: prompt(words) },
  { headers: { Prefer: 'respond-async' } });

/** Asks until the job has ended. */
async function ended(id) {
  for (let i = 0; i < 200; i++) {
    const job = await openai.get('/jobs/' + id);
    if (['succeeded', 'failed', 'cancelled', 'unknown'].includes(job.status)) return job;
    await new Promise(done => setTimeout(done, 50));
  }
  assert.fail(`job ${id} does not end`);
}

await says('a job is answered at once and fetched later', async () => {
  const { data: job, response } = await later('[[slow=0.3]] a boat').withResponse();
  assert.equal(response.status, 202);
  assert.equal(response.headers.get('preference-applied'), 'respond-async');
  assert.equal(response.headers.get('location'), '/v1/jobs/' + job.id);
  assert.equal(response.headers.get('x-easel-job'), job.id);
  assert.equal(job.object, 'job');
  assert.deepEqual(job.data, []);
  const done = await ended(job.id);
  assert.equal(done.status, 'succeeded');
  assert.equal(done.progress, 100);
  assert.equal(done.data[0].size, '64x64');
  await linked(done.data[0].url, '64x64');
});

await says('a body can ask for a job too, and its end is a failure like another', async () => {
  const job = await openai.images.generate({ model: 'sample-image', prompt: prompt('[[refuse]] a boat'), async: true });
  const failed = await ended(job.id);
  assert.equal(failed.status, 'failed');
  assert.equal(failed.error.code, 'moderation_blocked');
});

await says('the events of a job end with its result', async () => {
  const job = await later('[[slow=0.4]] a boat');
  const events = await all(await openai.get(`/jobs/${job.id}/events`, { stream: true }));
  assert.equal(events.at(-1).status, 'succeeded');
  for (const event of events) assert.equal(event.id, job.id);
  const progress = events.map(e => e.progress);
  assert.deepEqual(progress, [...progress].sort((a, b) => a - b));
  assert.ok(progress.length > 2, progress.join());
  await linked(events.at(-1).data[0].url);
});

await says('the events of a job have names, and a late listener gets the end', async () => {
  const job = await later('a boat');
  await ended(job.id);
  const answer = await openai.get(`/jobs/${job.id}/events`).asResponse();
  assert.match(answer.headers.get('content-type'), /^text\/event-stream/);
  const text = await answer.text();
  const [, data] = /^(?::.*\n\n)*event: end\ndata: (.*)\n\n$/.exec(text) ?? assert.fail(text);
  assert.equal(JSON.parse(data).status, 'succeeded');
});

await says('a job that waits for its provider can be cancelled', async () => {
  const job = await later('[[async=60]] a boat');
  const cancelled = await openai.delete('/jobs/' + job.id);
  assert.equal(cancelled.cancel, 'done');
  assert.equal((await ended(job.id)).status, 'cancelled');
  assert.equal((await openai.delete('/jobs/' + job.id)).cancel, 'too_late');
});

await says('a client that leaves its stream finds the picture in the job', async () => {
  const { data: stream, response } = await openai.images.generate({ model: 'sample-image', size: '64x64', stream: true,
    partial_images: 3, prompt: prompt('[[slow=0.6]] a boat') }).withResponse();
  for await (const event of stream) {
    assert.equal(event.type, 'image_generation.partial_image');
    break; // and the SDK hangs up
  }
  const done = await ended(response.headers.get('x-easel-job'));
  assert.equal(done.status, 'succeeded');
  await linked(done.data[0].url, '64x64');
});

await says('a job is not there for another key', async () => {
  const job = await later('a boat');
  await fails('NotFoundError', { status: 404, code: 'job_not_found' }, () => stranger().get('/jobs/' + job.id));
});

await says('an unknown job is a NotFoundError', async () => {
  await fails('NotFoundError', { status: 404, code: 'job_not_found' }, () => openai.get('/jobs/job_nobody'));
});
