import { type Theme } from 'vitepress';
// Without the fonts that the theme would bring: the reader's own are there already.
import DefaultTheme from 'vitepress/theme-without-fonts';
import './style.css';

export default { extends: DefaultTheme } satisfies Theme;
