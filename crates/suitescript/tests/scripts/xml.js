define(['N/xml'], (xml) => ({
  get: () => {
    const order = xml.Parser.fromString({
      text: `<?xml version="1.0"?>
        <po:order xmlns:po="urn:a" xmlns="urn:b">
          <!-- a comment -->
          <po:line no="1"><item>A &amp; B</item></po:line>
          <po:line no="2"><item>C</item></po:line>
          <note><![CDATA[in no prefix]]></note>
        </po:order>`,
    });
    const select = (xpath, node = order) => xml.XPath.select({ node, xpath });
    const texts = (xpath) => select(xpath).map((node) => node.textContent);
    const wrong = (work) => {
      try {
        work();
        return 'nothing was thrown';
      } catch (e) {
        return e.message;
      }
    };
    const made = xml.Parser.fromString('<a b="&quot;1&#34;"/>');
    const child = made.createElement({ tagName: 'c' });
    child.textContent = '<d>';
    made.documentElement.appendChild({ newChild: child });
    made.documentElement.appendChild(made.createCDATASection('<e>'));
    return {
      root: order.documentElement.nodeName,
      first: select('/po:order/po:line[1]/nlapi:item')[0].textContent,
      all: texts('//item'),
      byAttribute: texts("/po:order/po:line[@no='2']/item"),
      attribute: select('//po:line[last()]/@no')[0].value,
      counted: select('//po:line[count(item) = 1 and not(@no < 2)]/@no').map((node) => node.value),
      default: texts('/po:order/nlapi:note'),
      text: select('//item/text()')[0].nodeValue,
      last: texts('(//item)[last()]'),
      contains: texts("//item[contains(., '&') or starts-with(text(), 'x')]"),
      union: select('//item | //nlapi:note').length,
      parent: select("//item[.='C']/..")[0].nodeName,
      byTag: order.getElementsByTagName({ tagName: 'item' }).length,
      descendants: texts('descendant::item[2]'),
      written: xml.Parser.toString({ document: made }),
      escaped: xml.escape({ xmlText: `<a b="c'"> &` }),
      wrong: [
        wrong(() => xml.Parser.fromString('<a><b></a>')),
        wrong(() => xml.Parser.fromString('<!DOCTYPE a [<!ENTITY e "x">]><a/>')),
        wrong(() => xml.Parser.fromString('<a>&e;</a>')),
        wrong(() => xml.Parser.fromString(' ')),
        wrong(() => select('//a[')),
      ],
    };
  },
}));
