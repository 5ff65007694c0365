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

/** Two buttons: copy the query as a link to this page, and as a curl command. */
export function CopyButtons({ pageUrl, endpoint, announce }) {
  const editors = useGraphiQL(({ queryEditor, variableEditor, headerEditor }) => ({ queryEditor, variableEditor, headerEditor }));
  const operationName = useGraphiQL(state => state.operationName);
  const [notCopied, setNotCopied] = useState(null);

  async function copy(label, toText) {
    let text;
    try {
      text = toText({
        query: editors.queryEditor?.getValue() ?? '',
        variables: editors.variableEditor?.getValue(),
        headers: editors.headerEditor?.getValue(),
        operationName,
      });
    } catch (error) {
      return announce(error.message);
    }
    try {
      // Browsers deny the clipboard to a page that was loaded over plain HTTP from another machine.
      await navigator.clipboard.writeText(text);
      announce(`${label} copied`);
    } catch {
      setNotCopied({ label, text });
    }
  }

  return (
    <>
      <ToolbarButton label="Copy link to this query" onClick={() => copy('Link', tab => shareLink(pageUrl, tab))}>
        <Icon path={chain} />
      </ToolbarButton>
      <ToolbarButton label="Copy as curl" onClick={() => copy('curl command', tab => curlCommand(endpoint, tab))}>
        <Icon path={prompt} />
      </ToolbarButton>
      {notCopied && <CopyDialog {...notCopied} close={() => setNotCopied(null)} />}
    </>
  );
}

/** Shows the text, selected, where the clipboard cannot be written. */
function CopyDialog({ label, text, close }) {
  const dialog = useRef(null);
  const area = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    area.current.select();
  }, []);
  return (
    <dialog ref={dialog} className="page-copy" aria-label={label} onClose={close}>
      <form method="dialog">
        <label>
          {label}: copy it from here
          <textarea ref={area} readOnly rows="8" value={text} />
        </label>
        <button>Close</button>
      </form>
    </dialog>
  );
}
