import { answerHash } from '../../src/tagging/llm/cache.js';
import { type Asked, FakeOpenAi } from '../../test/support/fake-openai.js';

interface Answered {
  /** The key under which the service stores the answer, in hex. */
  readonly hash: string;
  /** When the question came, in ms since 1970. */
  readonly askedAt: number;
}

/** A fake language model that notes which prompt it was asked when, so that what was paid twice can be told. */
export class NotingModel {
  readonly answered: Answered[] = [];
  private readonly server: FakeOpenAi;

  constructor(private readonly latencyMs: number) {
    this.server = new FakeOpenAi((asked) => this.note(asked), latencyMs);
  }

  listen(): Promise<string> {
    return this.server.listen();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private note({ body, system, user }: Asked): undefined {
    const hash = answerHash(String(body['model']), { system, user }).toString('hex');
    this.answered.push({ hash, askedAt: Date.now() - this.latencyMs });
  }
}
