//! How the page looks, and for whom it can be used.

use crate::browser::PHONE;
use crate::page::Page;

#[test]
fn the_page_can_be_used_from_the_keyboard_and_looks_right_in_both_colours_and_on_a_phone() {
    let page = Page::open("#v=1&tab=generate&seed=7&count=10&solver=midpoint&intervals=10");
    page.wait_for("done");
    page.screenshot("light");
    page.the("tab", "Generate").press("ArrowRight");
    page.wait_for_link("tab=translate");
    page.browser().phone();
    // A page that is too wide makes its window wider: only the phone's own width counts.
    for tab in ["Generate", "Translate", "Mix", "Go back", "Laboratory"] {
        page.the("tab", tab).click();
        let width = page.evaluate("document.documentElement.scrollWidth");
        assert!(width.as_u64().is_some_and(|pixels| pixels <= PHONE.0.into()), "{tab}: {width} of {PHONE:?} pixels");
        page.wait_for("done");
        page.screenshot(&format!("phone-{}", tab.to_lowercase().replace(' ', "-")));
    }
    let unnamed = page.evaluate(
        "[...document.querySelectorAll('input, select, button')].filter(e =>
            !(e.labels && e.labels.length) && !e.textContent.trim() && !e.getAttribute('aria-label')).length",
    );
    assert_eq!(unnamed.as_u64(), Some(0), "every control has a name");
}

/// All text stands out from its ground as WCAG 2 asks, 4.5 : 1, in all views and both schemes.
#[test]
fn all_text_has_enough_contrast() {
    const CONTRASTS: &str = r"(() => {
        const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const rgba = colour => {
            probe.clearRect(0, 0, 1, 1); probe.fillStyle = colour; probe.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
        };
        const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));
        const light = colour => colour.map(c => c / 255)
            .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
        const weak = [];
        for (const element of document.querySelectorAll('body *')) {
            const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
            if (!own || !element.checkVisibility() || element.disabled || element.closest('[aria-hidden=true], noscript')) continue;
            let ancestors = []; for (let at = element; at; at = at.parentElement) ancestors.unshift(at);
            let ground = rgba(getComputedStyle(document.documentElement).colorScheme.includes('dark') &&
                matchMedia('(prefers-color-scheme: dark)').matches ? 'black' : 'white').slice(0, 3), opacity = 1;
            for (const at of ancestors) {
                const style = getComputedStyle(at);
                opacity *= Number(style.opacity);
                ground = over(rgba(style.backgroundColor), ground);
            }
            const [r, g, b, a] = rgba(getComputedStyle(element).color);
            const text = over([r, g, b, a * opacity], ground);
            const [most, least] = [light(text), light(ground)].sort((x, y) => y - x);
            const contrast = (most + .05) / (least + .05);
            if (contrast < 4.5) weak.push(`${element.tagName}#${element.id} '${element.textContent.trim().slice(0, 20)}' ${contrast.toFixed(2)}`);
        }
        return weak.join('; ');
    })()";
    for tab in ["tab=generate&count=1&tour=1", "tab=translate&example=0", "tab=mix", "tab=return", "tab=laboratory"] {
        let link = format!("#v=1&{tab}&solver=euler&intervals=1");
        for (scheme, page) in [("light", Page::open(&link)), ("dark", Page::in_the_dark(&link))] {
            page.wait_for("done");
            assert_eq!(page.evaluate(CONTRASTS).as_str(), Some(""), "{scheme}, {tab}");
            page.screenshot(&format!("{scheme}-{}", &tab[4..7]));
        }
    }
}

/// axe finds nothing that keeps people from using the page, in any view, scheme or width. Where it is not installed, the suite
/// says that it was skipped.
#[test]
fn axe_finds_nothing() {
    let Some(path) = std::env::var_os("SCOREFLOW_AXE") else { return };
    let axe = std::fs::read_to_string(path).expect("axe");
    for tab in
        ["tab=generate&count=2&tour=1", "tab=translate&example=0&every=1", "tab=mix", "tab=return", "tab=laboratory"]
    {
        let link = format!("#v=1&model=faces&{tab}&solver=euler&intervals=1");
        for window in ["wide", "dark", "phone"] {
            let page = if window == "dark" { Page::in_the_dark(&link) } else { Page::open(&link) };
            if window == "phone" {
                page.browser().phone();
            }
            page.wait_for("done");
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)");
            page.browser().run(&axe).expect("axe is a script");
            let found = page.evaluate(
                "axe.run().then(found => found.violations.map(one =>
                    one.id + ': ' + one.nodes.map(node => node.html.slice(0, 120)).join(' | ')).join('\\n'))",
            );
            assert_eq!(found.as_str(), Some(""), "{window}, {tab}");
            let rules =
                page.evaluate("axe.run().then(found => Object.values(found).filter(Array.isArray).flat().length)");
            assert!(rules.as_u64().is_some_and(|rules| rules > 50), "axe has looked at the page: {rules}");
        }
    }
}
