"""Shares hold studies, images know who sent them, the practice and the files say their time zone.

What a share of before was made for is told as far as the data can: the studies its exams had when it was made, and the
report they had then. Where a person and the practice sent the same, an earlier portal did not note the second; such an
image counts as the person's own until the practice sends it again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BY_PERSON = """
UPDATE instance SET sent_by_person = TRUE WHERE EXISTS (
    SELECT 1 FROM upload_item JOIN upload ON upload.id = upload_item.upload
    WHERE upload.patient = instance.patient AND upload_item.sop_instance_uid = instance.sop_instance_uid
        AND upload_item.sha256 = instance.sha256
) OR EXISTS (
    SELECT 1 FROM series JOIN study ON study.id = series.study JOIN exam ON exam.id = study.exam
    WHERE series.id = instance.series AND exam.origin = 'upload'
)
"""
BY_PRACTICE = "UPDATE instance SET sent_by_practice = TRUE WHERE NOT sent_by_person"
UPLOADED = """
UPDATE study SET uploaded = TRUE WHERE EXISTS (
    SELECT 1 FROM exam WHERE exam.id = study.exam AND exam.origin = 'upload'
) OR EXISTS (
    SELECT 1 FROM upload WHERE upload.patient = study.patient AND upload.state = 'complete'
        AND upload.study_instance_uid = study.study_instance_uid
)
"""
HELD = """
INSERT INTO share_study (share, study, report_sha256)
SELECT share.id, study.id, CASE
    WHEN exam.origin <> 'practice' OR exam.report_completed_at IS NULL THEN NULL
    WHEN exam.report_completed_at <= share.created_at THEN exam.report_sha256
    ELSE '' END
FROM share_exam
JOIN share ON share.id = share_exam.share
JOIN exam ON exam.id = share_exam.exam
JOIN study ON study.exam = exam.id
WHERE study.created_at <= share.created_at
"""
OF_EXAMS = """
INSERT INTO share_exam (share, exam)
SELECT DISTINCT share_study.share, study.exam FROM share_study JOIN study ON study.id = share_study.study
"""


def upgrade() -> None:
    """Add the columns, tell what is known of before, and let go of whole exams."""
    false = sa.false()
    op.add_column("practice", sa.Column("time_zone", sa.String(), nullable=True))
    op.add_column("study", sa.Column("timezone_offset_from_utc", sa.String(length=5), nullable=True))
    op.add_column("study", sa.Column("uploaded", sa.Boolean(), nullable=False, server_default=false))
    op.add_column("instance", sa.Column("sent_by_practice", sa.Boolean(), nullable=False, server_default=false))
    op.add_column("instance", sa.Column("sent_by_person", sa.Boolean(), nullable=False, server_default=false))
    op.create_table(
        "share_study",
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("study", sa.Integer(), nullable=False),
        sa.Column("report_sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["share"], ["share.id"]),
        sa.ForeignKeyConstraint(["study"], ["study.id"]),
        sa.PrimaryKeyConstraint("share", "study"),
    )
    op.create_index(op.f("ix_share_study_study"), "share_study", ["study"], unique=False)
    for statement in (BY_PERSON, BY_PRACTICE, UPLOADED, HELD):
        op.execute(statement)
    op.drop_index(op.f("ix_share_exam_exam"), table_name="share_exam")
    op.drop_table("share_exam")


def downgrade() -> None:
    """Let shares hold whole exams again: those of their studies."""
    op.create_table(
        "share_exam",
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("exam", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["exam"], ["exam.id"]),
        sa.ForeignKeyConstraint(["share"], ["share.id"]),
        sa.PrimaryKeyConstraint("share", "exam"),
    )
    op.create_index(op.f("ix_share_exam_exam"), "share_exam", ["exam"], unique=False)
    op.execute(OF_EXAMS)
    op.drop_table("share_study")
    for table, column in (
        ("instance", "sent_by_person"),
        ("instance", "sent_by_practice"),
        ("study", "uploaded"),
        ("study", "timezone_offset_from_utc"),
        ("practice", "time_zone"),
    ):
        op.drop_column(table, column)
