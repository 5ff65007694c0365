import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';

const themes = [[null, 'System'], ['light', 'Light'], ['dark', 'Dark']];

/** Light, dark, or as the system has it. GraphiQL keeps the choice in the browser, and its settings show the same one. */
export function ThemeSwitch() {
  const theme = useGraphiQL(state => state.theme);
  const { setTheme } = useGraphiQLActions();

  // GraphiQL asks for the system's scheme once; the editors follow when it changes.
  useEffect(() => {
    if (theme) return;
    const system = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setTheme(null);
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [theme, setTheme]);

  return (
    <fieldset className="page-theme">
      <legend>Theme</legend>
      {themes.map(([value, name]) => (
        <label key={name}>
          <input type="radio" name="theme" checked={theme === value} onChange={() => setTheme(value)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}
