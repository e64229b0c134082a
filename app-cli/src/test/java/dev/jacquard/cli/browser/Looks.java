package dev.jacquard.cli.browser;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What is wrong with how a page looks, as far as that can be measured. */
public final class Looks {
  private static final String CONTRAST =
      """
      const channels = (color) => color.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
          .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (e) => {
        for (; e; e = e.parentElement) {
          const color = channels(getComputedStyle(e).backgroundColor);
          if (color.length < 4 || color[3] > 0) return color;
        }
        return [255, 255, 255];
      };
      const poor = [];
      for (const e of document.querySelectorAll('body *')) {
        const text = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
        if (!text || !e.checkVisibility() || e.closest('.unseen, .skip, noscript')) continue;
        const style = getComputedStyle(e);
        const [a, b] = [channels(e.closest('svg') ? style.fill : style.color), ground(e)].map(light);
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.5) poor.push(`${text}: ${contrast.toFixed(2)}`);
      }
      return poor;
      """;

  private static final String WIDTH =
      """
      const root = document.documentElement;
      const wide = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
          && !e.closest('.unseen, .wide') && e.getBoundingClientRect().right > root.clientWidth + 1)
          .map((e) => e.outerHTML.slice(0, 80));
      return root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} pixels`, ...wide] : wide;
      """;

  private Looks() {}

  /** Texts whose contrast with what is behind them is less than AA of WCAG 2 asks for. */
  public static List<String> poorContrast(Browser browser) {
    return texts(browser.run(CONTRAST));
  }

  /** What reaches beyond the right edge, but for what scrolls by itself. */
  public static List<String> tooWide(Browser browser) {
    return texts(browser.run(WIDTH));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.stringValue()));
    return texts;
  }
}
