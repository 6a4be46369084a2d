import { describe, expect, it } from '@jest/globals';
import { answerOf, type FakeOpenAi, type Script } from '../support/fake-openai.js';
import { start } from '../support/llm.js';
import { smallCorpus } from '../support/tagging.js';

const [bread, sailing, chess] = smallCorpus().groups;

describe('a server that does not take all of the request', () => {
  const minds =
    (...formats: string[]): Script =>
    ({ body }) =>
      formats.includes((body.response_format as { type: string } | undefined)?.type ?? 'none')
        ? { status: 400, error: { message: 'this response_format is not supported' } }
        : undefined;
  const formatsOf = (fake: FakeOpenAi) =>
    fake.asked.map(({ body }) => (body.response_format as { type: string } | undefined)?.type ?? 'none');

  it('json_schema: json_object from then on', async () => {
    const { fake, session } = await start({ script: minds('json_schema') });
    for (const g of [bread, sailing, chess]) await session.tag(g);
    expect(formatsOf(fake)).toEqual(['json_schema', 'json_object', 'json_object', 'json_object']);
  });

  it('json_object neither: no format from then on, and the JSON is found between the words', async () => {
    const refuse = minds('json_schema', 'json_object');
    const script: Script = (asked) =>
      refuse(asked) ?? { content: `Here you are:\n\`\`\`json\n${answerOf([['sailing', 0.9]])}\n\`\`\`` };
    const { fake, session } = await start({ script });
    await session.tag(bread);
    await expect(session.tag(sailing)).resolves.toEqual([{ tag: 'sailing', confidence: 0.9 }]);
    expect(formatsOf(fake)).toEqual(['json_schema', 'json_object', 'none', 'none']);
  });

  it('temperature 0: left out from then on, the schema kept', async () => {
    const message = "Unsupported value: 'temperature' does not support 0 with this model.";
    const script: Script = ({ body }) =>
      'temperature' in body
        ? { status: 400, error: { message, param: 'temperature', code: 'unsupported_value' } }
        : undefined;
    const { fake, session } = await start({ script });
    await session.tag(bread);
    await session.tag(sailing);
    expect(fake.asked.map(({ body }) => body.temperature)).toEqual([0, undefined, undefined]);
    expect(formatsOf(fake)).toEqual(['json_schema', 'json_schema', 'json_schema']);
  });

  it('anything: a permanent error after the plainest form, and the next group starts in full again', async () => {
    const script: Script = ({ titles }) =>
      titles.some((title) => /bread/i.test(title)) ? { status: 400, error: { message: 'no' } } : undefined;
    const { fake, session } = await start({ script });
    await expect(session.tag(bread)).rejects.toMatchObject({ kind: 'permanent' });
    await session.tag(sailing);
    expect(formatsOf(fake)).toEqual(['json_schema', 'json_object', 'none', 'json_schema']);
  });
});
