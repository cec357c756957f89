/** Templates and documents, by the name of a way. */
define(['N/render', 'N/record', 'N/search', 'N/xml'], (render, record, search, xml) => {
  const nameOf = (work) => {
    try {
      return work();
    } catch (e) {
      return `${e.name}: ${e.message}`;
    }
  };

  const filled = (templateContent, data = {}) => {
    const renderer = render.create();
    renderer.templateContent = templateContent;
    for (const [alias, value] of Object.entries(data)) renderer.addCustomDataSource({ alias, format: render.DataSource.OBJECT, data: value });
    return renderer.renderAsString();
  };

  const order = { id: 7, items: [{ name: 'Oak <chair>', qty: 2, price: 145.5 }, { name: 'Desk', qty: 1, price: 1300 }], isRush: true, on: new Date(2026, 2, 9, 14, 5), none: null };

  const ways = {
    // Whatever is asked of the account is written with what the script left of JSON.
    widthOfNothing: () => {
      let calls = 0;
      Object.prototype.toJSON = function () {
        calls += 1;
        return calls === 1 ? { lines: ['a line'], width: 0 } : this;
      };
      const { name } = render.xmlToPdf({ xmlString: '<pdf><body>a</body></pdf>' });
      delete Object.prototype.toJSON;
      return name;
    },

    values: () => [
      filled('${o.id} ${o.items[1].name} ${o["id"] + 1} ${"a" + o.id} ${(o.id - 1) * 2 / 4 % 2}', { o: order }),
      filled('${1234567.8912} ${o.on} ${o.on?string("yyyy-MM-dd HH:mm")} ${o.isRush?string("yes", "no")}', { o: order }),
      filled('${x!"-"} ${(o.none.deep)!"none"} ${o.none???string} ${o.items?has_content?c} ${nothing?has_content?c}|${nothing!}|', { o: order }),
      filled('${n?string("0.00")} ${n?string["#,##0.#"]} ${n?string.currency} ${0.256?string.percent} ${n?c} ${n?int} ${n?round}', { n: 1234.5 }),
      filled('${"Oak Chair"?upper_case} ${"a,b"?split(",")?join("+")} ${" x "?trim} ${"abc"?substring(1)} ${"a.b"?replace(".", "-")} ${"<b>"?html} ${"7"?number + 1} ${"q"?left_pad(3, "0")}'),
      filled('${[3, 1, 2]?sort?reverse?join(",")} ${o.items?sort_by("price")?first.name} ${o.items?map(i -> i.qty)?join("/")} ${o.items?size} ${(1..4)?filter(i -> i > 2)?join(",")}', { o: order }),
      filled('${j?eval.a[1]} ${{"a": 2}.a} ${"in ${o.id}"} ${r"${raw}"}', { j: '{"a": [1, 2]}', o: order }),
    ],

    directives: () => [
      filled('<#if o.isRush && (o.id > 3)>rush<#elseif o.id == 2>two<#else>slow</#if>', { o: order }),
      filled('<#list o.items as item>${item?index}${item_has_next?string("+", ".")}${item.name?xml}<#sep>, </#list>', { o: order }),
      filled('<#list [] as x>${x}<#else>none</#list>|<#list 1..9 as n><#if n == 2><#continue></#if><#if n == 4><#break></#if>${n}</#list>|<#list {"a": 1, "b": 2} as k, v>${k}=${v};</#list>'),
      filled('<#assign x = 1 y = "b"><#assign x += 2>${x}${y}<#assign block>in ${y}</#assign>${block}'),
      filled('<#macro row label value="-">[${label}: ${value}]<#nested></#macro><@row label="a" value=1/><@row "b">!</@row>'),
      filled('<#function twice n><#return n * 2></#function>${twice(4)} <#switch 2><#case 1>one<#break><#case 2>two<#break><#default>other</#switch>'),
      filled('a\n  <#-- gone -->\n  <#if true>\nb\n  </#if>\nc'),
      filled('<#attempt>${nothing}<#recover>saved</#attempt><#noparse>${x}</#noparse><#escape v as v?html>${"<"}<#noescape>${"<"}</#noescape></#escape><#setting number_format="0.0">${2}'),
    ],

    wrong: () => [
      nameOf(() => filled('${nothing}')),
      nameOf(() => filled('<#if true>open')),
      nameOf(() => filled('${1 +}')),
      nameOf(() => filled('${"a"?shout}')),
      nameOf(() => filled('<#include "other.ftl">')),
      nameOf(() => filled('${o}', { o: order })),
      nameOf(() => filled('${constructor!"unseen"} ${o.constructor!"unseen"} ${o.items.length!"unseen"}', { o: order })),
      nameOf(() => render.create().setTemplateById(1)),
    ],

    records: () => {
      const renderer = render.create();
      renderer.templateContent = '${record.tranid} ${record.entity} ${record.entity.internalid} ${record.total + 1} ${record.total} ${record.memo@label} ${record.nothing}<#list record.item as line>${line.item}×${line.quantity};</#list> ${rows[0].email}';
      const result = { id: '1', columns: [{ name: 'email' }], getValue: () => 'ann@example.com', getText: () => null };
      renderer.addRecord({ templateName: 'record', record: record.load({ type: 'salesorder', id: 7 }) });
      renderer.addSearchResults({ templateName: 'rows', searchResult: [result] });
      return renderer.renderAsString();
    },

    documents: () => {
      const pdf = render.xmlToPdf({
        xmlString: '<?xml version="1.0"?><pdf><head><style>p { color: red }</style></head><body><h1>Order&nbsp;7</h1><p>Paid: 5 €</p><table><tr><th>Item</th><th>Qty</th></tr><tr><td>Oak chair</td><td>2</td></tr></table></body></pdf>',
      });
      const same = render.xmlToPdf(xml.Parser.fromString({ text: '<pdf><body>a</body></pdf>' }));
      return { name: pdf.name, type: pdf.fileType, contents: pdf.getContents(), size: same.size > 100, wrong: nameOf(() => render.xmlToPdf({ xmlString: '<pdf>' })).split(':')[0] };
    },

    slips: () => {
      pressed = render.transaction({ entityId: 7, printMode: render.PrintMode.HTML });
      const slip = render.packingSlip({ entityId: 7, printMode: 'HTML' }).getContents();
      return { name: pressed.name, type: pressed.fileType, html: pressed.getContents(), hasPrice: slip.includes('145'), pdf: render.pickingTicket({ entityId: 7 }).name };
    },
  };
  let pressed;

  return { get: ({ way }) => ways[way]() };
});
