import { all, assert, client, fails, says } from './stand.mjs';

const openai = client();

await says('the list holds the models of every provider', async () => {
  const models = await all(openai.models.list());
  const ids = models.map(m => m.id);
  for (const id of ['sample-image', 'gpt-image-2', 'auto']) assert.ok(ids.includes(id), `${id} of ${ids}`);
  for (const model of models) {
    assert.equal(model.object, 'model');
    assert.ok(Number.isInteger(model.created) && model.created >= 0);
    assert.ok(model.owned_by.length > 0);
  }
  assert.equal(new Set(ids).size, ids.length);
});

await says('each model of the list is told alone as in the list', async () => {
  for await (const model of openai.models.list()) {
    const { _request_id, ...alone } = await openai.models.retrieve(model.id);
    assert.deepEqual(alone, model);
  }
});

await says('a model is found by its address with a slash', async () => {
  const model = await openai.models.retrieve('sample/sample-image');
  assert.equal(model.id, 'sample/sample-image');
  assert.equal(model.owned_by, 'sample');
});

await says('an unknown model is not found, near names are told', async () => {
  await fails('NotFoundError', { status: 404, code: 'model_not_found', param: 'model', type: 'invalid_request_error' },
    () => openai.models.retrieve('sample-imagge'));
  await assert.rejects(openai.models.retrieve('sample-imagge'), /sample-image/);
});
