#!/usr/bin/env python3
"""How the cost grows with the input: a table of figures that should stay level from row to row.

    growth.py [--bench BINARY] [--largest MB]

Makes bodies of Images_CreateOrUpdate that differ in one thing only, and has bodylint-bench judge each ($MIN_S seconds).
"""
import argparse, json, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def disk(lun):
    return {"lun": lun, "blobUri": f"https://contoso.blob.core.windows.net/vhds/data-{lun}.vhd", "diskSizeGB": 64}


def image(disks, extra=None):
    os_disk = {"osType": "Linux", "osState": "Generalized", "blobUri": "https://contoso.blob.core.windows.net/vhds/os.vhd"}
    properties = {"hyperVGeneration": "V2", "storageProfile": {"osDisk": os_disk, "dataDisks": disks}}
    return {"location": "westus", "properties": properties, **(extra or {})}


def rule(number):
    """A rule that no body here breaks, about one of a dozen places."""
    places = [("/location", "length: {max: 90}"), ("/properties/storageProfile/osDisk/blobUri", "length: {max: 2048}"),
              ("/properties/storageProfile/osDisk/diskSizeGB", "range: {max: 100000}"),
              ("/properties/storageProfile/dataDisks/*/diskSizeGB", "range: {max: 100000}"),
              ("/properties/storageProfile/dataDisks", "count: {max: 1000000}"),
              ("/properties/storageProfile/dataDisks/*/blobUri", "matches: '^[!-~]+$'"),
              ("/properties/storageProfile/dataDisks/*", "atMostOne: [/managedDisk, /snapshot]")]
    at, check = places[number % len(places)]
    return f"""id: own-rule-{number}
title: A rule of its own
severity: warning
since: 1.0.0
source: {{quote: So it is., url: "https://example.com/{number}"}}
operations: [Images_CreateOrUpdate]
at: {at}
check: {{{check}}}
message: wrong
why: Because.
fix: Mend it.
examples:
  valid: [{{name: good, body: '{{"location": "westus", "properties": {{"hyperVGeneration": "V2"}}}}'}}]
  invalid: [{{name: bad, body: '{{}}', expect: [{{at: ''}}]}}]
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bench", default=".build/release/bodylint-bench")
    arguments.add_argument("--largest", type=float, default=100, help="the largest body, in MB")
    given = arguments.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        def run(mode, text, rules=None):
            path = f"{folder}/Images_CreateOrUpdate.ndjson"
            with open(path, "w") as out:
                out.write(text + "\n")
            environment = dict(os.environ, MIN_S=os.environ.get("MIN_S", "0.5"), **({"RULES": rules} if rules else {}))
            answer = subprocess.run([given.bench, mode, path], env=environment, capture_output=True, text=True)
            if answer.returncode != 0:
                sys.exit(answer.stderr)
            figures = json.loads(answer.stdout)
            return figures["seconds"] / figures["bodies"] * 1e6, figures["findings"]

        def row(label, count, unit, mode, text, rules=None):
            time, findings = run(mode, text, rules)
            print(f"| {label} | {mode} | {len(text) / 1e3:,.1f} KB | {time:,.1f} us | {time * 1e3 / count:,.1f} ns a {unit}"
                  f" | {findings:,} |", flush=True)

        print("| input | mode | size | a body | growth | findings |\n|---|---|---|---|---|---|")
        one = len(json.dumps(disk(100_000))) + 2
        for size in (1e3, 1e4, 1e6, given.largest * 1e6):
            text = json.dumps(image([disk(lun) for lun in range(int(size / one))]))
            row(f"one body of {size / 1e3:,.0f} KB", len(text), "byte", "parse", text)
            # Beyond 64 luns each is a warning, so that there is much to say.
            row(f"one body of {size / 1e3:,.0f} KB", len(text), "byte", "validate-text", text)
        for count in (1, 10, 100, 1_000, 10_000, 100_000):
            row(f"{count:,} data disks", count, "disk", "validate-text", json.dumps(image([disk(lun) for lun in range(count)])))
        for count in (10, 100, 1_000, 10_000, 100_000):
            row(f"{count:,} data disks, all of the same lun", count, "disk", "errors", json.dumps(image([disk(1)] * count)))
        for count in (100, 1_000, 10_000):
            unknown = {f"unknownProperty{number}": number for number in range(count)}
            row(f"{count:,} unknown properties", count, "property", "errors", json.dumps(image([], unknown)))
        text = json.dumps(image([disk(lun) for lun in range(4)]))
        for count in (10, 100, 1_000):
            rules = f"{folder}/rules-{count}"
            os.mkdir(rules)
            for number in range(count):
                with open(f"{rules}/own-rule-{number}.yaml", "w") as out:
                    out.write(rule(number))
            row(f"{count:,} rules of one's own, 4 data disks", count, "rule", "validate-text", text, rules)


main()
