/// The style sheet of a page.
enum Style {
    static let sheet = [schemes, text, tables, figures, charts, pictures, print].joined(separator: "\n")

    /// Colours: those for dark pages only on a screen, so that paper is always light.
    private static let schemes = """
        :root {
          --ground: #ffffff; --ink: #1c2126; --quiet: #5a636e; --rule: #d5dae0; --grid: #e9ecf0; --axis: #8b949e;
          --link: #1f5fa8; --shade: 31, 95, 168; --on-shade: #ffffff;
          --c0: #2368ad; --c1: #bd5a0c; --c2: #22804f; --c3: #7d49ad; --c4: #bb3446; --c5: #0d7d84; --c6: #85602b;
          --c7: #566678;
        }
        @media screen { :root { color-scheme: light dark } }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --ground: #14171b; --ink: #e4e7eb; --quiet: #9ca6b2; --rule: #343b44; --grid: #252b32; --axis: #6c7682;
            --link: #79b3ef; --shade: 96, 165, 235; --on-shade: #0c1014;
            --c0: #6aaef0; --c1: #f0994c; --c2: #62c48e; --c3: #bd95e6; --c4: #ee7f8c; --c5: #4fc3c9; --c6: #cda66c;
            --c7: #a3b2c3;
          }
        }
        .c0 { color: var(--c0) } .c1 { color: var(--c1) } .c2 { color: var(--c2) } .c3 { color: var(--c3) }
        .c4 { color: var(--c4) } .c5 { color: var(--c5) } .c6 { color: var(--c6) } .c7 { color: var(--c7) }
        """

    private static let text = """
        * { box-sizing: border-box }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
        body {
          margin: 0 auto; padding: 28px 16px 64px; max-width: 1132px; background: var(--ground); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          overflow-wrap: break-word;
        }
        h1 { margin: 0; font-size: 27px; line-height: 1.2; font-weight: 650; letter-spacing: -.01em }
        header p { margin: 8px 0 0; max-width: 72ch; color: var(--quiet) }
        nav { margin: 20px 0 0; border-top: 1px solid var(--rule); padding-top: 12px }
        nav ol { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0; padding: 0; list-style: none }
        a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 3px }
        section { margin-top: 24px; border-top: 1px solid var(--rule); padding-top: 18px }
        h2 { margin: 0 0 14px; font-size: 19px; line-height: 1.3; font-weight: 650 }
        section > p { margin: 0 0 16px; max-width: 72ch }
        """

    private static let figures = """
        figure { margin: 0 0 30px; min-width: 0 }
        figcaption { margin: 0 0 8px; font-weight: 600 }
        .note { margin: 8px 0 0; max-width: 72ch; font-size: 13px; color: var(--quiet) }
        .nothing { margin: 0; border: 1px dashed var(--rule); padding: 24px; text-align: center; color: var(--quiet) }
        .row { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 0 40px }
        .scroll { overflow-x: auto; max-width: 100% }
        .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
        """

    private static let tables = """
        table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums }
        th, td { padding: 5px 20px 5px 0; text-align: left; vertical-align: top }
        th:last-child, td:last-child { padding-right: 0 }
        .table tr > * { border-bottom: 1px solid var(--grid) }
        .table thead th { border-bottom: 1px solid var(--axis); font-weight: 600; white-space: nowrap }
        tbody th { font-weight: 400; min-width: 8em; max-width: 24em }
        .long { min-width: 18em }
        .number { text-align: right; white-space: nowrap }
        .bars { width: 100%; max-width: 720px; table-layout: fixed }
        .bars th {
          min-width: 0; padding: 3px 12px 3px 0; vertical-align: middle; line-height: 1.25; overflow-wrap: anywhere;
        }
        .bars td { padding: 3px 0; vertical-align: middle }
        .bars .number { white-space: normal; overflow-wrap: anywhere }
        .bars svg { display: block; width: 100%; height: 14px; color: var(--c0) }
        .bars rect { fill: currentColor }
        .confusion { border-collapse: separate; border-spacing: 1px; font-size: 12px; line-height: 1.2 }
        .confusion td {
          min-width: var(--cell); height: 26px; padding: 0 4px; text-align: center; vertical-align: middle;
          color: var(--ink); print-color-adjust: exact; -webkit-print-color-adjust: exact;
        }
        .confusion th { padding: 0 8px 0 0; vertical-align: middle; white-space: nowrap; background: var(--ground) }
        .confusion tbody th {
          position: sticky; left: 0; min-width: 0; max-width: 12em; overflow: hidden; text-overflow: ellipsis;
          text-align: right;
        }
        .confusion thead th { padding: 0 0 6px; vertical-align: bottom; text-align: center; font-weight: 400 }
        .confusion:not(.upright) thead th:not(.corner) span {
          display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); max-height: 12em;
          overflow: hidden; text-overflow: ellipsis;
        }
        .confusion .corner {
          position: sticky; left: 0; padding-right: 8px; text-align: right; color: var(--quiet);
        }
        .confusion .corner span { display: block }
        .confusion .right { outline: 1px solid var(--ink); outline-offset: -1px; font-weight: 650 }
        .confusion td:not([class*="s"]) { color: var(--axis) }
        \((1...10).map(shade).joined(separator: "\n"))
        """

    private static func shade(_ level: Int) -> String {
        let color = level > 5 ? "; color: var(--on-shade)" : ""
        return ".confusion .s\(level) { background: rgba(var(--shade), \(Double(level) / 10))\(color) }"
    }

    private static let charts = """
        svg { overflow: visible }
        .definitions { position: absolute; width: 0; height: 0 }
        .marker { fill: currentColor; stroke: var(--ground); stroke-width: .7 }
        .plot { overflow-x: clip }
        .plot > svg { display: block; width: 100% }
        .plot.wide > svg { height: \(Int(Plot.height))px }
        .plot.square { max-width: 520px }
        .plot.square > svg { aspect-ratio: 1 }
        .above { margin-bottom: 12px; font-size: 12.5px; color: var(--quiet) }
        .below { margin-top: 24px; font-size: 12.5px; color: var(--quiet); text-align: center }
        svg text { font-size: 12px; fill: currentColor }
        .tick { color: var(--quiet); font-variant-numeric: tabular-nums }
        .end { text-anchor: end }
        .middle { text-anchor: middle }
        .label {
          font-weight: 600; paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round;
        }
        .grid { stroke: var(--grid); stroke-width: 1 }
        .axis { stroke: var(--axis); stroke-width: 1 }
        .guide { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 4 4 }
        .leader { stroke: var(--axis); stroke-width: 1 }
        .curve {
          fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round;
          vector-effect: non-scaling-stroke;
        }
        .area { fill: var(--c0) }
        .legend {
          display: flex; flex-wrap: wrap; gap: 3px 18px; margin: 0 0 12px; padding: 0; list-style: none;
          font-size: 13px; line-height: 1.35;
        }
        .legend li { display: flex; align-items: baseline; gap: 7px; min-width: 0; overflow-wrap: anywhere }
        .legend svg { flex: none; position: relative; top: 1px }
        .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 0 24px }
        .panel { display: grid; grid-row: span 3; grid-template-rows: subgrid; margin-bottom: 18px }
        .panel h3 { margin: 0 0 6px; font-size: 13px; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere }
        .panel > svg { display: block; width: 100%; height: 64px; margin-bottom: 22px }
        .panel span { display: block }
        .panel p { margin: 0; font-size: 12px; line-height: 1.35; color: var(--quiet) }
        """

    private static let pictures = """
        img { display: block }
        .pixels, .shades, image { image-rendering: pixelated }
        .shades { border: 1px solid #808080 }
        @media screen and (prefers-color-scheme: dark) { .shades { filter: invert(1) } }
        .pictures { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 0; list-style: none }
        .pictures.told { display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: 16px 14px }
        .pictures img { max-width: 100%; height: auto; outline: 1px solid var(--rule) }
        .pictures span { display: block; margin-top: 4px; font-size: 12px; line-height: 1.3; overflow-wrap: anywhere }
        .pictures span + span { margin-top: 0; color: var(--quiet) }
        """

    private static let print = """
        @media print {
          body { padding: 0; max-width: none; font-size: 10pt }
          nav { display: none }
          figure, .panel, .pictures li, tr { break-inside: avoid }
          h2, figcaption { break-after: avoid }
          .scroll { overflow: visible }
          .confusion th { position: static }
          .row { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 28px }
          .dense { font-size: 7px }
          .dense td { min-width: 14px; height: 14px; padding: 0 1px }
          .table table { font-size: 8pt }
          .table tr > * { padding-right: 10px; min-width: 0; white-space: normal; overflow-wrap: anywhere }
          .table thead th { white-space: normal }
        }
        """
}
