import Findings

/// One page for a browser: it needs no network, and no JavaScript but for its filter.
///
/// Everything from documents and rules is escaped; should something get through all the same, the page's policy keeps
/// it from running or loading anything.
package struct HTMLRenderer: Renderer {
  /// The findings of a file.
  private struct Section {
    let name: String
    var count = 0
    var text = ""
  }

  private let rules: [RuleDescription]
  private let ruleIDs: Set<String>
  private let version: String
  private var sections: [Section] = []
  private var counts: [String: Int] = [:]

  /// - Parameters:
  ///   - rules: those with findings are described below the findings.
  ///   - version: of bodylint.
  package init(rules: [RuleDescription], version: String) {
    self.rules = RuleDescription.sorted(rules)
    self.version = version
    ruleIDs = Set(rules.map(\.id))
  }

  /// Gives nothing yet: totals and filter come before the findings.
  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    guard !source.findings.isEmpty else { return }
    // The records of one file stand together.
    if sections.last?.name != source.name { sections.append(Section(name: source.name)) }
    for finding in source.findings {
      sections[sections.count - 1].count += 1
      sections[sections.count - 1].text += article(finding, source)
      counts[finding.rule, default: 0] += 1
    }
  }

  package mutating func finish(_ summary: Summary) -> String {
    var out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '\(Self.styleHash)'; "
    out += "script-src '\(Self.scriptHash)'; base-uri 'none'; form-action 'none'\">\n"
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    out += "<meta name=\"color-scheme\" content=\"light dark\">\n"
    out += "<meta name=\"referrer\" content=\"no-referrer\">\n<title>bodylint report</title>\n"
    out += "<style>\(Self.style)</style>\n</head>\n<body>\n"
    out += "<header>\n<h1>bodylint report</h1>\n<p>\(Self.shown(TextRenderer.summaryLine(summary)))</p>\n</header>\n"
    if !sections.isEmpty { out += filter(summary) }
    out += "<main>\n"
    for section in sections {
      out += "<section class=\"file\">\n<h2><span class=\"name\">\(Self.shown(section.name))</span> "
      out += "<span class=\"count\">\(section.count == 1 ? "1 finding" : "\(section.count) findings")</span></h2>\n"
      out += section.text + "</section>\n"
    }
    if !summary.unrecognized.isEmpty {
      out += "<section>\n<h2>Not recognized</h2>\n<p>No known operation has a body like these files; at most their "
      out += "syntax was checked.</p>\n<ul>\n"
      out += summary.unrecognized.map { "<li><code>\(Self.shown($0))</code></li>\n" }.joined() + "</ul>\n</section>\n"
    }
    let described = rules.filter { counts[$0.id] != nil }
    if !described.isEmpty {
      out += "<section>\n<h2>Rules</h2>\n" + described.map(description).joined() + "</section>\n"
    }
    out += "</main>\n<footer><p>bodylint \(Self.shown(version))</p></footer>\n"
    if !sections.isEmpty { out += "<script>\(Self.script)</script>\n" }
    return out + "</body>\n</html>\n"
  }

  // MARK: Parts

  /// Hidden until its script runs.
  private func filter(_ summary: Summary) -> String {
    var out = "<form id=\"filter\" hidden>\n<fieldset>\n<legend>Severity</legend>\n"
    for severity in Severity.allCases.reversed() {
      let count = summary.findings[severity]
      guard count > 0 else { continue }
      out += "<label><input type=\"checkbox\" name=\"severity\" value=\"\(severity.rawValue)\" checked> "
      out += "\(severity.rawValue) (\(count))</label>\n"
    }
    out += "</fieldset>\n<label>Rule <select name=\"rule\">\n<option value=\"\">all rules</option>\n"
    for (rule, count) in counts.sorted(by: { $0.key < $1.key }) {
      out += "<option value=\"\(Self.shown(rule))\">\(Self.shown(rule)) (\(count))</option>\n"
    }
    return out + "</select></label>\n<output aria-live=\"polite\"></output>\n</form>\n"
  }

  private func article(_ finding: Finding, _ source: SourceText) -> String {
    let severity = finding.severity.rawValue
    let rule = Self.shown(finding.rule)
    var out = "<article class=\"finding \(severity)\" data-severity=\"\(severity)\" data-rule=\"\(rule)\">\n"
    out += "<h3><span class=\"severity\">\(severity)</span> \(Self.shown(finding.message))</h3>\n<p class=\"place\">"
    out += ruleIDs.contains(finding.rule) ? "<a href=\"#rule-\(rule)\">\(rule)</a>" : rule
    if let record = source.record { out += " · record \(record)" }
    if let range = finding.range {
      let (line, column) = source.place(range.lowerBound)
      out += " · line \(line), column \(column)"
    } else {
      out += " · request line"
      if let parameter = finding.parameter, parameter != "request" {
        out += ": <code>{\(Self.shown(parameter))}</code>"
      }
    }
    if let pointer = finding.pointer {
      out += " · <code>\(pointer.isRoot ? "(root)" : Self.shown(pointer.description))</code>"
    }
    out += "</p>\n" + frame(finding, source)
    if let sentence = finding.source { out += Self.quotation(sentence.quote, sentence.url) }
    if let advice = finding.advice { out += "<p class=\"fix\"><strong>Fix:</strong> \(Self.shown(advice))</p>\n" }
    return out + "</article>\n"
  }

  /// The lines at fault, and those of related places, with marks.
  private func frame(_ finding: Finding, _ source: SourceText) -> String {
    guard let range = finding.range else { return "" }
    var places = [(line: source.place(range.lowerBound).line, range: range, label: "", isPrimary: true)]
    places += finding.related.map { (source.place($0.range.lowerBound).line, $0.range, $0.message, false) }
    places.sort { ($0.line, $0.range.lowerBound) < ($1.line, $1.range.lowerBound) }
    let width = String(places.last!.line).count
    var out = "<pre class=\"frame\">"
    var previous = 0
    for place in places {
      if previous != 0, place.line > previous + 1 { out += String(repeating: " ", count: width) + " ⋮\n" }
      let number = String(place.line)
      out += "<span class=\"number\">" + String(repeating: " ", count: width - number.count) + number + "</span> "
      out += Self.marked(FrameLine(source, line: place.line - 1, highlight: place.range), source, place.isPrimary)
      if !place.label.isEmpty { out += "  <span class=\"label\">← \(Self.shown(place.label))</span>" }
      out += "\n"
      previous = place.line
    }
    return out + "</pre>\n"
  }

  private static func marked(_ frame: FrameLine, _ source: SourceText, _ isPrimary: Bool) -> String {
    var before = String.UnicodeScalarView()
    var inside = String.UnicodeScalarView()
    var after = String.UnicodeScalarView()
    var column = 0
    for scalar in frame.text(source).unicodeScalars {
      let width = FrameLine.width(String(scalar))
      // A mark that combines belongs to what it stands on.
      let place = width == 0 && column > 0 ? column - 1 : column
      if place < frame.markStart {
        before.append(scalar)
      } else if place < frame.markStart + frame.markWidth {
        inside.append(scalar)
      } else {
        after.append(scalar)
      }
      column += width
    }
    if inside.isEmpty { inside.append(" ") }
    return shown(String(before)) + "<mark\(isPrimary ? "" : " class=\"related\"")>" + shown(String(inside)) + "</mark>"
      + shown(String(after))
  }

  private static func quotation(_ quote: String, _ url: String?) -> String {
    var out = "<blockquote>\u{201C}\(shown(quote))\u{201D}"
    if let url {
      if let link = webLink(url) {
        out += " <a href=\"\(xmlEscaped(link))\" rel=\"noopener noreferrer\">documentation</a>"
      } else {
        out += " <code>\(shown(url))</code>"
      }
    }
    return out + "</blockquote>\n"
  }

  private func description(_ rule: RuleDescription) -> String {
    let id = Self.shown(rule.id)
    var out = "<article class=\"rule\" id=\"rule-\(id)\">\n<h3>\(id)</h3>\n"
    if !rule.title.isEmpty { out += "<p><strong>\(Self.shown(rule.title))</strong></p>\n" }
    if !rule.why.isEmpty { out += "<p>\(Self.shown(rule.why))</p>\n" }
    if !rule.fix.isEmpty { out += "<p class=\"fix\"><strong>Fix:</strong> \(Self.shown(rule.fix))</p>\n" }
    if let quote = rule.quote { out += Self.quotation(quote, rule.url) }
    return out + "</article>\n"
  }

  /// Text as a page may show it: nothing in it is markup, hidden, or turns the direction of reading.
  private static func shown(_ text: String) -> String { xmlEscaped(printable(text)) }

  // MARK: Style and script

  // The policy names these two by the hashes of their bytes. A test computes the hashes anew.

  static let styleHash = "sha256-s8UMeXq+jtHBN1ZmSOH9pHZiMf7froa6OuY0W/17814="
  static let scriptHash = "sha256-7SDTikzTUVMuk4RFZlT38trsIFEBtnBRlHx2FciCJLI="

  static let style = """

    :root {
      color-scheme: light dark;
      --page: #ffffff; --panel: #f4f6f8; --text: #1b222c; --muted: #525d6b; --line: #c9d0d8; --link: #0b57a4;
      --error: #b3261e; --warning: #7a4d00; --info: #0a5a86; --mark: #ffe0dc; --related: #dcebfa;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #13171d; --panel: #1c222a; --text: #e6eaef; --muted: #a7b1be; --line: #3a444f; --link: #8cc4ff;
        --error: #ff9b91; --warning: #f0c04c; --info: #84cdf5; --mark: #5c2420; --related: #1d3f60;
      }
    }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    body {
      margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 3rem; background: var(--page); color: var(--text);
      font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
    }
    h1 { margin: 0; font-size: 1.5rem; }
    h2 { margin: 2rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.125rem; }
    h3 { margin: 0; font-size: 1rem; }
    p { margin: .25rem 0; }
    a { color: var(--link); }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    code, pre, .name { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .875rem; }
    .name { font-size: 1rem; }
    .count, .place, footer { color: var(--muted); font-size: .875rem; font-weight: normal; }
    form {
      position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem;
      margin: 1rem 0; padding: .5rem .75rem; background: var(--panel); border: 1px solid var(--line); border-radius: .375rem;
    }
    fieldset { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: 0; border: 0; }
    legend { float: left; margin-right: 1rem; padding: 0; }
    select {
      max-width: 100%; padding: .25rem; font: inherit; color: var(--text); background: var(--page);
      border: 1px solid var(--muted); border-radius: .25rem;
    }
    .finding { margin: 0 0 1rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .375rem; }
    .finding { border-left: .25rem solid var(--tone); }
    .error { --tone: var(--error); }
    .warning { --tone: var(--warning); }
    .info { --tone: var(--info); }
    .severity { color: var(--tone); }
    .frame { margin: .5rem 0; padding: .5rem .75rem; overflow-x: auto; background: var(--panel); border-radius: .25rem; }
    .number { color: var(--muted); user-select: none; }
    .label { color: var(--muted); }
    mark { color: inherit; background: var(--mark); border-bottom: 2px solid var(--error); }
    .warning mark { border-color: var(--warning); }
    .info mark { border-color: var(--info); }
    mark.related { background: var(--related); border-bottom: 2px dotted var(--muted); }
    blockquote { margin: .5rem 0; padding-left: .75rem; border-left: 2px solid var(--line); }
    .rule { margin-bottom: 1.25rem; scroll-margin-top: 4rem; }
    footer { margin-top: 2rem; }
    @media print { form { display: none !important; } .finding { break-inside: avoid; } }

    """

  static let script = """

    "use strict";
    const form = document.getElementById("filter");
    const findings = Array.from(document.querySelectorAll(".finding"));
    function apply() {
      const severities = new Set();
      for (const box of form.querySelectorAll("input")) if (box.checked) severities.add(box.value);
      const rule = form.elements.rule.value;
      let count = 0;
      for (const finding of findings) {
        const isShown = severities.has(finding.dataset.severity) && (rule === "" || finding.dataset.rule === rule);
        finding.hidden = !isShown;
        if (isShown) count += 1;
      }
      for (const file of document.querySelectorAll(".file")) file.hidden = !file.querySelector(".finding:not([hidden])");
      form.querySelector("output").textContent = count + " of " + findings.length + " shown";
    }
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    apply();

    """
}
