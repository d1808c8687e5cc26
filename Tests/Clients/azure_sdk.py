#!/usr/bin/env python3
"""What Azure's own Python SDK sends, judged by bodylint.

    azure_sdk.py BODYLINT [--cache FOLDER] [--sdk REQUIREMENT]... [--keep FOLDER]

Installs azure-mgmt-compute from PyPI into environments of its own, lets its models write the requests of the three
Compute operations, records each on loopback, and gives what was recorded to bodylint. What good models send has no
errors; what models with a planted mistake send has that mistake, at its place, and no other error.

Exit status 0 as expected, 1 not so, 77 skipped: PyPI cannot be reached.
"""

import argparse
import base64
import contextlib
import datetime
import http.server
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from pathlib import Path

# Two kinds of models. Those of 37 and before are written by a serialiser that knows each attribute's type; those of 38
# and later are mappings that are written as they are, so more of a caller's mistakes reach the service.
REQUIREMENTS = ["azure-mgmt-compute~=37.0", "azure-mgmt-compute~=39.0"]

SUBSCRIPTION = "5f8a1c3e-7b42-4d19-9e60-2c81d7f04a36"
GROUP = "web-images"
COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Compute"
DISKS = "/properties/storageProfile"


class Skipped(Exception):
    """Why nothing could be tested."""


# The requests


class Typed:
    """Another expectation for the SDKs whose serialiser knows each attribute's type."""

    def __init__(self, typed, mapped):
        self.typed, self.mapped = typed, mapped


# Expectations: nothing (no errors), a rule and a pointer into the body, or that the SDK itself refuses the model.
REFUSED = "the SDK refuses it"
CASES = []


def case(title, rule=None, pointer=None, expect=None):
    def add(function):
        CASES.append((title, expect or ((rule, pointer) if rule else None), function))
        return function

    return add


class Sender:
    """The three operations, and short ways to their models."""

    def __init__(self, client, models, recorder):
        self.client, self.models, self.recorder = client, models, recorder
        # The bearer token of a test is no secret, and loopback has no certificate.
        self.options = {"enforce_https": False, "polling_interval": 0}

    def put_image(self, body, name="web-base", **options):
        return self.client.images.begin_create_or_update(GROUP, name, body, **self.options, **options).result()

    def put_gallery_image(self, body, gallery="golden", name="web-server", **options):
        return self.client.gallery_images.begin_create_or_update(
            GROUP, gallery, name, body, **self.options, **options
        ).result()

    def reimage(self, body=None, vm="web01", **options):
        arguments = [] if body is None else [body]
        return self.client.virtual_machines.begin_reimage(GROUP, vm, *arguments, **self.options, **options).result()

    def resource(self, kind, name):
        return self.models.SubResource(id=f"{COMPUTE}/{kind}/{name}")

    def encryption(self):
        return self.models.DiskEncryptionSetParameters(id=f"{COMPUTE}/diskEncryptionSets/keys")

    def os_disk(self, **values):
        return self.models.ImageOSDisk(**{"os_type": "Linux", "os_state": "Generalized", **values})

    def disk_from_disk(self, **values):
        return self.os_disk(**{"managed_disk": self.resource("disks", "web-os"), **values})

    def data_disk(self, lun, **values):
        known = {"managed_disk": self.resource("disks", f"web-data-{lun}")}
        return self.models.ImageDataDisk(lun=lun, **{**known, **values})

    def image(self, os_disk=None, data_disks=None, **values):
        profile = self.models.ImageStorageProfile(os_disk=os_disk or self.disk_from_disk(), data_disks=data_disks)
        known = {"storage_profile": profile, "hyper_v_generation": "V2"}
        return self.models.Image(location="westeurope", **{**known, **values})

    def gallery_image(self, **values):
        models = self.models
        identifier = models.GalleryImageIdentifier(publisher="acme", offer="web", sku="2026-gen2")
        known = {"os_type": "Linux", "os_state": "Generalized", "hyper_v_generation": "V2", "identifier": identifier}
        return models.GalleryImage(location="westeurope", **{**known, **values})

    def features(self, *pairs):
        return [self.models.GalleryImageFeature(name=name, value=value) for name, value in pairs]

    def range(self, low, high):
        return self.models.ResourceRange(min=low, max=high)

    def profile(self, **values):
        return self.models.VirtualMachineReimageParameters(os_profile=self.models.OSProfileProvisioningData(**values))


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def blob(name):
    return f"https://acmeimages.blob.core.windows.net/vhds/{name}"


def years_from_now(years):
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=365 * years)


CLOUD_CONFIG = "#cloud-config\npackages:\n  - nginx\nruncmd:\n  - [systemctl, enable, --now, nginx]\n"


# Good images


@case("image from a managed disk")
def _(s):
    s.put_image(s.image())


@case("image from a snapshot, all of a disk's properties, by the enumerations' members")
def _(s):
    m = s.models
    s.put_image(
        s.image(
            s.os_disk(
                os_type=m.OperatingSystemTypes.WINDOWS,
                os_state=m.OperatingSystemStateTypes.GENERALIZED,
                snapshot=s.resource("snapshots", "web-os"),
                caching=m.CachingTypes.READ_WRITE,
                disk_size_gb=127,
                storage_account_type=m.StorageAccountTypes.PREMIUM_LRS,
                disk_encryption_set=s.encryption(),
            ),
            hyper_v_generation=m.HyperVGenerationTypes.V2,
            tags={"team": "web", "cost-center": "4711", "prüfung": "ja"},
        )
    )


@case("image from a blob")
def _(s):
    s.put_image(s.image(s.os_disk(blob_uri=blob("os.vhd")), hyper_v_generation="V1"))


@case("image from a blob without generation, of a version that did not ask for one")
def _(s):
    s.put_image(s.image(s.os_disk(blob_uri=blob("os.vhd")), hyper_v_generation=None), api_version="2018-10-01")


@case("image from a virtual machine")
def _(s):
    s.put_image(s.models.Image(location="westeurope", source_virtual_machine=s.resource("virtualMachines", "web01")))


@case("image from a virtual machine, zone-resilient")
def _(s):
    profile = s.models.ImageStorageProfile(zone_resilient=True)
    source = s.resource("virtualMachines", "web01")
    s.put_image(s.models.Image(location="France Central", source_virtual_machine=source, storage_profile=profile))


@case("data disks of all sources, the last unit and an ultra disk")
def _(s):
    s.put_image(
        s.image(
            data_disks=[
                s.data_disk(0, caching="ReadOnly", disk_size_gb=1023),
                s.data_disk(5, managed_disk=None, snapshot=s.resource("snapshots", "logs")),
                s.data_disk(63, managed_disk=None, blob_uri=blob("data.vhd"), storage_account_type="UltraSSD_LRS"),
            ]
        )
    )


@case("no data disks: an empty list")
def _(s):
    s.put_image(s.image(data_disks=[]))


@case("image in an edge zone, of the version on the page")
def _(s):
    zone = s.models.ExtendedLocation(name="losangeles", type="EdgeZone")
    s.put_image(s.image(extended_location=zone), api_version="2024-03-01")


@case("names at their limits")
def _(s):
    s.put_image(s.image(), name="a" * 79 + "_")


@case("read, changed and written back: the SDK leaves out what is read-only")
def _(s):
    s.put_image(s.image())
    image = s.client.images.get(GROUP, "web-base", enforce_https=False)
    assert image.provisioning_state == "Succeeded" and image.id, "loopback did not answer as the service does"
    image.tags = {"reviewed": "yes"}
    s.put_image(image)


@case("a file's text instead of a model")
def _(s):
    s.put_image(
        json.dumps(
            {
                "location": "westeurope",
                "properties": {"sourceVirtualMachine": {"id": f"{COMPUTE}/virtualMachines/web01"}},
            },
            indent=2,
        ).encode()
    )


@case("a property set to None afterwards: left out")
def _(s):
    disk = s.disk_from_disk(caching="ReadOnly")
    disk.caching = None
    s.put_image(s.image(disk))


# Good gallery definitions


@case("gallery definition, the least of one")
def _(s):
    s.put_gallery_image(s.gallery_image())


@case("gallery definition with everything")
def _(s):
    m = s.models
    s.put_gallery_image(
        s.gallery_image(
            description="Web server, hardened",
            eula="https://acme.example/eula",
            privacy_statement_uri="https://acme.example/privacy",
            release_note_uri="https://acme.example/notes",
            end_of_life_date=years_from_now(3),
            recommended=m.RecommendedMachineConfiguration(v_cp_us=s.range(2, 16), memory=s.range(4, 64)),
            disallowed=m.Disallowed(disk_types=["Standard_LRS"]),
            purchase_plan=m.ImagePurchasePlan(name="standard", publisher="acme", product="web"),
            features=s.features(
                ("SecurityType", "TrustedLaunchSupported"),
                ("IsAcceleratedNetworkSupported", "True"),
                ("DiskControllerTypes", "SCSI, NVMe"),
                ("IsHibernateSupported", "True"),
            ),
            architecture=m.Architecture.X64,
            tags={"team": "web"},
        )
    )


@case("gallery definition of the version on the page, for Arm64")
def _(s):
    s.put_gallery_image(s.gallery_image(architecture="Arm64"), api_version="2023-07-03")


@case("gallery definition that lets its features be updated")
def _(s):
    s.put_gallery_image(s.gallery_image(allow_update_image=True, features=s.features(("SecurityType", "Standard"))))


@case("half-open and equal ranges, empty disallowed")
def _(s):
    m = s.models
    advice = m.RecommendedMachineConfiguration(v_cp_us=m.ResourceRange(max=25), memory=s.range(8, 8))
    s.put_gallery_image(s.gallery_image(recommended=advice, disallowed=m.Disallowed()))


@case("end of life without a time zone")
def _(s):
    s.put_gallery_image(s.gallery_image(end_of_life_date=datetime.datetime(2095, 6, 30)))


@case("end of life with an offset and microseconds")
def _(s):
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    s.put_gallery_image(s.gallery_image(end_of_life_date=datetime.datetime(2095, 6, 30, 23, 59, 59, 250000, zone)))


@case("end of life as text", expect=Typed(REFUSED, None))
def _(s):
    s.put_gallery_image(s.gallery_image(end_of_life_date="2095-06-30"))


# Good reimages


@case("reimage without a body")
def _(s):
    s.reimage()


@case("reimage with an empty model")
def _(s):
    s.reimage(s.models.VirtualMachineReimageParameters())


@case("reimage the temporary disk")
def _(s):
    s.reimage(s.models.VirtualMachineReimageParameters(temp_disk=True), api_version="2024-07-01")


@case("reimage to a version, with password and cloud-config")
def _(s):
    body = s.profile(admin_password="Winter-Apfel-27", custom_data=encoded(CLOUD_CONFIG))
    body.exact_version = "0.1"
    s.reimage(body)


@case("reimage with as much custom data as there may be")
def _(s):
    s.reimage(s.profile(custom_data=encoded("x" * 65535)))


# Mistakes in images


@case("two sources for the OS disk", "disk-source-count", f"{DISKS}/osDisk")
def _(s):
    s.put_image(s.image(s.disk_from_disk(snapshot=s.resource("snapshots", "web-os"))))


@case("no source for the OS disk", "disk-source-count", f"{DISKS}/osDisk")
def _(s):
    s.put_image(s.image(s.os_disk()))


@case("a machine and its disk", "image-source-count", "/properties")
def _(s):
    s.put_image(s.image(source_virtual_machine=s.resource("virtualMachines", "web01")))


@case("diskSizeGB 1024", "disk-size-out-of-range", f"{DISKS}/osDisk/diskSizeGB")
def _(s):
    s.put_image(s.image(s.disk_from_disk(disk_size_gb=1024)))


@case("a data disk of no gigabytes", "disk-size-out-of-range", f"{DISKS}/dataDisks/1/diskSizeGB")
def _(s):
    s.put_image(s.image(data_disks=[s.data_disk(0), s.data_disk(1, disk_size_gb=0)]))


@case("a unit number twice", "duplicate-lun", f"{DISKS}/dataDisks/2/lun")
def _(s):
    s.put_image(s.image(data_disks=[s.data_disk(0), s.data_disk(1), s.data_disk(0)]))


@case("no unit number", "missing-property", f"{DISKS}/dataDisks/0")
def _(s):
    s.put_image(s.image(data_disks=[s.data_disk(None)]))


@case(
    "a unit number as text: written as a number, or as it is",
    expect=Typed(None, ("type-mismatch", f"{DISKS}/dataDisks/0/lun")),
)
def _(s):
    s.put_image(s.image(data_disks=[s.data_disk("0")]))


@case("UltraSSD_LRS for the OS disk", "ultra-ssd-os-disk", f"{DISKS}/osDisk/storageAccountType")
def _(s):
    s.put_image(s.image(s.disk_from_disk(storage_account_type=s.models.StorageAccountTypes.ULTRA_SSD_LRS)))


@case("a blob without generation", "blob-without-generation", "/properties")
def _(s):
    s.put_image(s.image(s.os_disk(blob_uri=blob("os.vhd")), hyper_v_generation=None))


@case("a snapshot as a managed disk", "resource-id-of-other-type", f"{DISKS}/osDisk/managedDisk/id")
def _(s):
    s.put_image(s.image(s.os_disk(managed_disk=s.resource("snapshots", "web-os"))))


@case("a name for an id", "malformed-resource-id", f"{DISKS}/osDisk/managedDisk/id")
def _(s):
    s.put_image(s.image(s.os_disk(managed_disk=s.models.SubResource(id="web-os"))))


@case("an id without its slash", "resource-id-without-slash", f"{DISKS}/osDisk/managedDisk/id")
def _(s):
    s.put_image(s.image(s.os_disk(managed_disk=s.models.SubResource(id=f"{COMPUTE}/disks/web-os"[1:]))))


@case("British spelling", "unknown-value", f"{DISKS}/osDisk/osState")
def _(s):
    s.put_image(s.image(s.disk_from_disk(os_state="Generalised")))


@case("a small letter", "letter-case", f"{DISKS}/osDisk/osType")
def _(s):
    s.put_image(s.image(s.disk_from_disk(os_type="linux")))


@case("no location", "missing-property", "")
def _(s):
    image = s.image()
    image.location = None
    s.put_image(image)


@case("the SDK's own null", "null-property", f"{DISKS}/osDisk/diskSizeGB")
def _(s):
    from azure.core.serialization import NULL

    s.put_image(s.image(s.disk_from_disk(disk_size_gb=NULL)))


@case("an answer written back as the text it came as", "read-only-property", "/id")
def _(s):
    s.put_image(s.image())
    s.put_image(s.recorder.answers[f"{COMPUTE}/images/web-base"])


@case("Python's names in a file", "unknown-property", "/properties/hyper_v_generation")
def _(s):
    source = {"id": f"{COMPUTE}/virtualMachines/web01"}
    properties = {"sourceVirtualMachine": source, "hyper_v_generation": "V2"}
    s.put_image(json.dumps({"location": "westeurope", "properties": properties}).encode())


@case("the generation beside the properties, in a file", "unknown-property", "/hyperVGeneration")
def _(s):
    source = {"id": f"{COMPUTE}/virtualMachines/web01"}
    body = {"location": "westeurope", "hyperVGeneration": "V2", "properties": {"sourceVirtualMachine": source}}
    s.put_image(json.dumps(body).encode())


@case("51 tags", "oversized-tags", "/tags")
def _(s):
    s.put_image(s.image(tags={f"tag{number}": "x" for number in range(51)}))


@case("a space in the image's name", "malformed-image-name", "imageName")
def _(s):
    s.put_image(s.image(), name="web base")


# Mistakes in gallery definitions


@case("more processors at least than at most", "inverted-range", "/properties/recommended/vCPUs")
def _(s):
    advice = s.models.RecommendedMachineConfiguration(v_cp_us=s.range(16, 2))
    s.put_gallery_image(s.gallery_image(recommended=advice))


@case(
    "an end of life that is no date",
    expect=Typed(REFUSED, ("malformed-end-of-life-date", "/properties/endOfLifeDate")),
)
def _(s):
    s.put_gallery_image(s.gallery_image(end_of_life_date="30.06.2095"))


@case("an end of life that has passed", "past-end-of-life-date", "/properties/endOfLifeDate")
def _(s):
    s.put_gallery_image(s.gallery_image(end_of_life_date=years_from_now(-2)))


@case("a feature twice", "duplicate-feature", "/properties/features/1/name")
def _(s):
    features = s.features(("SecurityType", "Standard"), ("SecurityType", "TrustedLaunch"))
    s.put_gallery_image(s.gallery_image(features=features))


@case("trusted launch on generation 1", "security-type-without-generation-2", "/properties")
def _(s):
    features = s.features(("SecurityType", "TrustedLaunch"))
    s.put_gallery_image(s.gallery_image(hyper_v_generation="V1", features=features))


@case(
    "a feature's value as a truth value: written as text, or as it is",
    expect=Typed(None, ("type-mismatch", "/properties/features/0/value")),
)
def _(s):
    s.put_gallery_image(s.gallery_image(features=s.features(("IsHibernateSupported", True))))


@case("a space in the publisher", "malformed-identifier", "/properties/identifier/publisher")
def _(s):
    identifier = s.models.GalleryImageIdentifier(publisher="Acme Web", offer="web", sku="gen2")
    s.put_gallery_image(s.gallery_image(identifier=identifier))


@case("no identifier", "missing-property", "/properties")
def _(s):
    s.put_gallery_image(s.gallery_image(identifier=None))


@case("a plan without its publisher", "incomplete-purchase-plan", "/properties/purchasePlan")
def _(s):
    s.put_gallery_image(s.gallery_image(purchase_plan=s.models.ImagePurchasePlan(name="standard", product="web")))


@case("a dash in the gallery's name", "malformed-gallery-name", "galleryName")
def _(s):
    s.put_gallery_image(s.gallery_image(), gallery="golden-images")


# Mistakes in reimages


@case("a password of two kinds of characters", "weak-password", "/osProfile/adminPassword")
def _(s):
    s.reimage(s.profile(admin_password="winterapfel27"))


@case("a password that everybody knows", "disallowed-password", "/osProfile/adminPassword")
def _(s):
    s.reimage(s.profile(admin_password="P@ssw0rd"))


@case("a password of five characters", "unacceptable-password-length", "/osProfile/adminPassword")
def _(s):
    s.reimage(s.profile(admin_password="Ab-34"))


@case("custom data of a byte too much", "oversized-custom-data", "/osProfile/customData")
def _(s):
    s.reimage(s.profile(custom_data=encoded("x" * 65536)))


@case("custom data as it is", "malformed-custom-data", "/osProfile/customData")
def _(s):
    s.reimage(s.profile(custom_data=CLOUD_CONFIG))


@case(
    "custom data as bytes of base64: b'…' is sent, or it is encoded once more",
    expect=Typed(("malformed-custom-data", "/osProfile/customData"), None),
)
def _(s):
    s.reimage(s.profile(custom_data=base64.b64encode(CLOUD_CONFIG.encode())))


@case("a private key in the custom data", "secret-in-custom-data", "/osProfile/customData")
def _(s):
    dashes = "-" * 5
    key = f"{dashes}BEGIN RSA PRIVATE KEY{dashes}\nMIIBVAIBADANBgkqhkiG9w0\n{dashes}END RSA PRIVATE KEY{dashes}\n"
    s.reimage(s.profile(custom_data=encoded("#!/bin/sh\ncat >/root/key <<EOF\n" + key + "EOF\n")))


@case("a temporary disk and an OS profile", "temp-disk-with-os-profile", "")
def _(s):
    body = s.profile(admin_password="Winter-Apfel-27")
    body.temp_disk = True
    s.reimage(body)


# The loopback side


class Recorder(http.server.ThreadingHTTPServer):
    """Records what is written, and answers as Resource Manager does."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Exchange)
        self.requests = []
        self.answers = {}

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class Exchange(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        body = self.record()
        path = urllib.parse.urlsplit(self.path).path
        try:
            resource = json.loads(body)
        except ValueError:
            return self.answer(400, {"error": {"code": "InvalidRequestContent", "message": "The body is not JSON."}})
        kind, name = path.split("/")[-2:]
        resource.update(id=path, name=name, type=f"Microsoft.Compute/{kind}")
        resource.setdefault("properties", {})["provisioningState"] = "Succeeded"
        self.server.answers[path] = json.dumps(resource).encode()
        self.answer(201, resource)

    def do_POST(self):
        self.record()
        operation = f"{self.server.address}/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/operations/1"
        self.answer(202, None, {"Location": operation, "Retry-After": "0"})

    def do_GET(self):
        found = self.server.answers.get(urllib.parse.urlsplit(self.path).path)
        self.answer(200, json.loads(found) if found else None)

    def record(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.server.address + self.path, body))
        return body

    def answer(self, status, content, headers=None):
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if body:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        pass


class Credential:
    def get_token(self, *scopes, **options):
        from azure.core.credentials import AccessToken

        return AccessToken("a-test-has-no-token", 4102444800)


def envelope(method, url, body):
    """The body stays as it was sent, letter by letter."""
    head = f'{{"method": {json.dumps(method)}, "url": {json.dumps(url)}'.encode()
    return head + (b', "body": ' + body if body else b"") + b"}\n"


def send(folder):
    """Runs in an environment that has the SDK: sends the request of every case and writes what was recorded."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    from azure.mgmt.compute import ComputeManagementClient, _version, models

    recorder = Recorder()
    threading.Thread(target=recorder.serve_forever, daemon=True).start()
    client = ComputeManagementClient(Credential(), SUBSCRIPTION, base_url=recorder.address, retry_total=0)
    sender = Sender(client, models, recorder)
    outcomes = []
    for number, (_, _, function) in enumerate(CASES):
        recorder.requests.clear()
        refusal = None
        try:
            function(sender)
        except Exception as error:  # What the SDK refuses, it refuses in many ways.
            refusal = f"{type(error).__name__}: {error}"
        # A case may write twice; the last one is what it is about.
        if refusal is None and recorder.requests:
            (folder / f"{number:02}.json").write_bytes(envelope(*recorder.requests[-1]))
        outcomes.append(refusal)
    typed = hasattr(models.Image, "_attribute_map")
    (folder / "outcomes").write_text(json.dumps({"version": _version.VERSION, "typed": typed, "refusals": outcomes}))


# Environments


def environment(requirement, folder):
    """The interpreter of an environment that has the SDK."""
    name = re.sub(r"[^A-Za-z0-9.]+", "-", requirement)
    home = folder / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = home / "ready"
    if ready.exists() and python.exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    has_pip = importlib.util.find_spec("pip") is not None
    if has_pip:
        ask_for_a_package(sys.executable)
    made = run([sys.executable, "-m", "venv", str(home)], seconds=60)
    if made.returncode != 0:
        raise Skipped("this Python cannot make environments; on Debian, python3-venv is missing")
    if not has_pip:
        ask_for_a_package(python)
    installed = run(pip(python) + ["install", "--quiet", requirement], seconds=150)
    if installed.returncode != 0:
        if re.search(r"timed? ?out|connection|name resolution|took longer", installed.stdout, re.IGNORECASE):
            raise Skipped("PyPI stopped answering")
        raise SystemExit(f"{requirement} cannot be installed:\n{installed.stdout}")
    ready.touch()
    return python


def pip(python):
    return [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def ask_for_a_package(python):
    """A small one that the SDK needs anyway says soon whether there is anything to install from."""
    with tempfile.TemporaryDirectory() as scratch:
        options = ["--quiet", "--no-deps", "--no-cache-dir", "--retries", "0", "--timeout", "4", "--dest", scratch]
        if run(pip(python) + ["download"] + options + ["isodate"], seconds=8).returncode != 0:
            raise Skipped("PyPI cannot be reached")


def run(command, seconds):
    """Ends the command, and what it started, when its time is over or this script's."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
        return subprocess.CompletedProcess(command, process.returncode, output)
    except subprocess.TimeoutExpired:
        end(process)
        output, _ = process.communicate()
        return subprocess.CompletedProcess(command, -9, f"{output}\ntook longer than {seconds} seconds")
    except BaseException:
        end(process)
        process.wait()
        raise


def end(process):
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


# Judging


def judge(bodylint, file, expected):
    """What is wrong with bodylint's answer, or nothing; and the findings that were not asked for."""
    answer = subprocess.run(
        [bodylint, "--format", "json", str(file)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=60,
    )
    try:
        report = json.loads(answer.stdout)
    except ValueError:
        return f"status {answer.returncode}, no JSON: {answer.stdout}{answer.stderr}", []
    findings = report["findings"]
    errors = any(finding["severity"] == "error" for finding in findings)
    if answer.returncode != (1 if errors else 0):
        return f"status {answer.returncode}: {answer.stderr}", findings
    if report["bodies"] != 1:
        return "the operation was not recognized", findings
    wanted = [finding for finding in findings if expected and (finding["rule"], place(finding)) == expected]
    others = [finding for finding in findings if finding not in wanted]
    if expected and not wanted:
        return f"not found: {expected[0]} at {expected[1] or 'the whole body'}", others
    if any(finding["severity"] == "error" for finding in others):
        return "errors that nobody planted" if expected else "errors in what a good model sends", others
    return None, others


def place(finding):
    """A place in the body, or a parameter of the request line."""
    if "bodyPointer" in finding:
        return finding["bodyPointer"]
    if "parameter" in finding:
        return finding["parameter"]
    pointer = finding.get("pointer", "")
    return pointer[len("/body") :] if pointer.startswith("/body") else pointer


def check(bodylint, folder):
    """Prints the table of one SDK; how many cases are not as expected."""
    outcomes = json.loads((folder / "outcomes").read_text())
    kind = "typed" if outcomes["typed"] else "mapped"
    print(f"\nazure-mgmt-compute {outcomes['version']} ({kind} models)")
    failures = 0
    for number, (title, expected, _) in enumerate(CASES):
        if isinstance(expected, Typed):
            expected = getattr(expected, kind)
        refusal = outcomes["refusals"][number]
        file = folder / f"{number:02}.json"
        others = []
        if expected == REFUSED:
            fault = None if refusal else "the SDK accepted it"
        elif refusal:
            fault = f"the SDK refused it: {refusal}"
        elif not file.exists():
            fault = "nothing was sent"
        else:
            fault, others = judge(bodylint, file, expected)
        wish = "clean" if expected is None else expected if expected == REFUSED else expected[0]
        print(f"  {'FAIL' if fault else 'ok':4}  {version_sent(file):12} {wish:36} {title}")
        if fault:
            failures += 1
            print(f"        {fault}")
            if file.exists():
                print(f"        sent: {file.read_text(encoding='utf-8', errors='replace').strip()[:1500]}")
        for finding in others:
            print(f"        also: {finding['severity']}[{finding['rule']}] {place(finding)}: {finding['message']}")
    return failures


def version_sent(file):
    if not file.exists():
        return "-"
    found = re.search(rb"[?&]api-version=([^\"&]*)", file.read_bytes())
    return found.group(1).decode() if found else "none"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bodylint", nargs="?", help="the binary")
    parser.add_argument("--cache", type=Path, help="where environments stay for the next run; left out, they do not")
    parser.add_argument("--sdk", action="append", help=f"for pip, not {' and '.join(REQUIREMENTS)}; may be repeated")
    parser.add_argument("--keep", type=Path, help="a folder for the recorded requests")
    parser.add_argument("--send", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send:
        return send(options.send)
    if not options.bodylint:
        parser.error("which bodylint?")
    if sys.version_info < (3, 10):
        raise Skipped("the SDK needs Python 3.10 or newer")
    bodylint = str(Path(options.bodylint).resolve())

    with contextlib.ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="bodylint-sdk-", ignore_cleanup_errors=True)
        scratch = Path(stack.enter_context(temporary))
        # What pip leaves when it is ended goes with the rest.
        os.environ["TMPDIR"] = str(scratch)
        cache = (options.cache or scratch / "environments").resolve()
        cache.mkdir(parents=True, exist_ok=True)
        failures = 0
        for requirement in options.sdk or REQUIREMENTS:
            python = environment(requirement, cache)
            folder = (options.keep or scratch / "recorded").resolve() / re.sub(r"[^A-Za-z0-9.]+", "-", requirement)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            sent = run([str(python), str(Path(__file__).resolve()), "--send", str(folder)], seconds=120)
            if sent.returncode != 0:
                raise SystemExit(f"{requirement} could not be driven:\n{sent.stdout}")
            failures += check(bodylint, folder)
    print(f"\n{failures} not as expected" if failures else "\nall as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    # Ended from outside, it still clears away what it made.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except Skipped as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
