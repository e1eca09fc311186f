"""Tables and their verbs, one module a noun; `ALL` lists the tables in the order in which they are made."""

from glowlite.models.accounts import (
    AccessCode,
    Approval,
    ComingOfAge,
    Correction,
    HandOver,
    LetterRun,
    LinkDecision,
    Match,
    Training,
    TrainingPlace,
)
from glowlite.models.agreements import Agreement, AgreementText
from glowlite.models.audit import Audit, Reading
from glowlite.models.drops import CaptionMap, ClearedText, Drop, Journal, Problem, QualityScore
from glowlite.models.groups import Group, Lesson, Membership, Period, Teaching
from glowlite.models.news import FileContent, GroupPage, Post, PostFile, PostPupil, PostReading
from glowlite.models.pages import ComponentPolicy, Page, PageDraft, PageVersion, Placement
from glowlite.models.people import Contact, Link, Pupil, Staff
from glowlite.models.record import Assignment, CalendarEntry, Conduct, Mark, Result
from glowlite.models.rollout import AimsText, BriefingReading, ExposureCheck, Job, KeyDecision, SignOff, Switch
from glowlite.models.school import AttendanceCode, Authority, OwnCode, School
from glowlite.models.users import Duty, User, UserContact, UserStaff

ALL = (
    Authority, School, AttendanceCode, Drop, Problem, Journal,
    Pupil, Contact, Link, Staff, Group, Membership, Teaching, Period, Lesson,
    Mark, Conduct, Result, Assignment, CalendarEntry,
    User, UserContact, UserStaff, Duty, Page, Placement, ComponentPolicy, Audit, Reading,
    Post, PostPupil, PostFile, FileContent, PostReading, GroupPage, PageDraft, PageVersion,
    AgreementText, Agreement, Switch, KeyDecision, SignOff, ExposureCheck, BriefingReading, AimsText, Job,
    LinkDecision, Approval, LetterRun, AccessCode, HandOver, Match, Correction, Training, TrainingPlace, CaptionMap, ClearedText, QualityScore, OwnCode,
    ComingOfAge,
)

__all__ = ["ALL", *(model.__name__ for model in ALL)]
