"""The pages of the officer's desk, in the order of the list that leads to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gui.officer.attack_page import AttackPage
from gui.officer.desk_jobs import DeskJobs
from gui.officer.export_page import ExportPage
from gui.officer.held_page import HeldPage
from gui.officer.installation_page import InstallationPage
from gui.officer.machines_page import MachinesPage
from gui.officer.page import Page
from gui.officer.people_page import PeoplePage
from gui.officer.rare_page import RarePage
from gui.officer.records_page import RecordsPage
from gui.officer.samples_page import SamplesPage
from gui.officer.training_page import TrainingPage
from gui.officer.trends_page import TrendsPage
from gui.officer.vault_page import VaultPage
from gui.officer.verify_page import VerifyPage
from gui.theme import Theme

MakePage = Callable[[DeskJobs, Theme], Page]

PAGES: Final[tuple[MakePage, ...]] = (
    RecordsPage,
    TrendsPage,
    VerifyPage,
    SamplesPage,
    HeldPage,
    VaultPage,
    AttackPage,
    RarePage,
    TrainingPage,
    ExportPage,
    PeoplePage,
    MachinesPage,
    InstallationPage,
)
