import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';

const themes = [[null, 'System'], ['light', 'Light'], ['dark', 'Dark']];

/** Chooses light, dark, or the theme of the system. GraphiQL stores the choice, and its settings show the same one. */
export function ThemeSwitch() {
  const theme = useGraphiQL(state => state.theme);
  const { setTheme } = useGraphiQLActions();

  // GraphiQL reads the system theme only once. Without this, the editors keep the old theme after a change.
  useEffect(() => {
    if (theme) return;
    const system = matchMedia('(prefers-color-scheme: dark)');
    const update = () => setTheme(null);
    system.addEventListener('change', update);
    return () => system.removeEventListener('change', update);
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
