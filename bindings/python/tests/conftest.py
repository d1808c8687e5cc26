from __future__ import annotations

import pytest


@pytest.fixture
def image() -> bytes:
    """The image of the README, wrong in two places."""
    return b"""{
  "location": "westus",
  "properties": {
    "hyperVGeneration": "V2",
    "storageProfile": {
      "osDisk": {
        "osType": "Linux",
        "osState": "Generalized",
        "blobUri": "https://acme.blob.core.windows.net/vhds/os.vhd",
        "diskSizeGB": 2048
      },
      "dataDisks": [
        {"lun": 1, "blobUri": "https://acme.blob.core.windows.net/vhds/logs.vhd"},
        {"lun": 1, "blobUri": "https://acme.blob.core.windows.net/vhds/data.vhd"}
      ]
    }
  }
}
"""


@pytest.fixture
def clean_image() -> bytes:
    return b"""{
  "location": "westus",
  "properties": {
    "hyperVGeneration": "V2",
    "storageProfile": {
      "osDisk": {
        "osType": "Linux",
        "osState": "Generalized",
        "blobUri": "https://acme.blob.core.windows.net/vhds/os.vhd",
        "diskSizeGB": 127
      }
    }
  }
}
"""
