import { ApiError } from '../api/http';
import { service } from '../api/service';
import type { Wiki } from '../api/types';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { Connected } from './Connected';
import { ConnectForm } from './ConnectForm';
import { Exchanges } from './Exchanges';

/** The wiki's own place: connect it, fetch its pages, write tags back. */
export default function ExchangeView({ wiki }: { wiki: Wiki }) {
  const id = wiki.wiki_id;
  const connection = useLoad(
    (signal) => service.connection(id, signal).catch((error: unknown) => nullWhereMissing(error)),
    [id],
  );
  return (
    <>
      <h1>Connect &amp; write</h1>
      <Waiting of={connection} what="the connection">
        {(found) =>
          found === null ? (
            <ConnectForm wikiId={id} connected={connection.reload} />
          ) : (
            <>
              <Connected wikiId={id} connection={found} changed={connection.reload} />
              <Exchanges wikiId={id} />
            </>
          )
        }
      </Waiting>
    </>
  );
}

/** A wiki without a connection is no error. */
function nullWhereMissing(error: unknown): null {
  if (error instanceof ApiError && error.status === 404 && error.code !== 'not_found') return null;
  throw error;
}
