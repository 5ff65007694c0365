import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { useEffect, useRef, useState } from 'react';
import { curlCommand, shareLink } from './request.js';

const Icon = ({ path }) => (
  <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
    <path d={path} />
  </svg>
);
const chain = 'M10 14a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l1-1';
const prompt = 'M4 6l6 6-6 6M12 19h8';

/** The buttons that copy the query as a link to this page and as a command for a shell. */
export function TakeElsewhere({ endpoint, say }) {
  const editors = useGraphiQL(({ queryEditor, variableEditor, headerEditor }) => ({ queryEditor, variableEditor, headerEditor }));
  const operationName = useGraphiQL(state => state.operationName);
  const [shown, setShown] = useState(null);

  async function copy(what, make) {
    let text;
    try {
      text = make({
        query: editors.queryEditor?.getValue() ?? '',
        variables: editors.variableEditor?.getValue(),
        headers: editors.headerEditor?.getValue(),
        operationName,
      });
    } catch (error) {
      return say(error.message);
    }
    try {
      // There is no clipboard on a page that came over plain HTTP from another machine.
      await navigator.clipboard.writeText(text);
      say(`${what} copied`);
    } catch {
      setShown({ what, text });
    }
  }

  return (
    <>
      <ToolbarButton label="Copy link to this query" onClick={() => copy('Link', tab => shareLink(location.href, tab))}>
        <Icon path={chain} />
      </ToolbarButton>
      <ToolbarButton label="Copy as curl" onClick={() => copy('curl command', tab => curlCommand(endpoint, tab))}>
        <Icon path={prompt} />
      </ToolbarButton>
      {shown && <ToCopy {...shown} close={() => setShown(null)} />}
    </>
  );
}

/** The text, selected, for browsers that let no page copy. */
function ToCopy({ what, text, close }) {
  const dialog = useRef(null);
  const area = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    area.current.select();
  }, []);
  return (
    <dialog ref={dialog} className="page-copy" aria-label={what} onClose={close}>
      <form method="dialog">
        <label>
          {what}: copy it from here
          <textarea ref={area} readOnly rows="8" value={text} />
        </label>
        <button>Close</button>
      </form>
    </dialog>
  );
}
