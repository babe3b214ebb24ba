-- The visibility table as one application on one machine needs it, from the server's own for every application: run at
-- each start, in one transaction, and without effect when everything is as it should be.
--
-- An upsert, which each change of a search attribute is, rewrites the entry of its row in every index, and compiles that
-- for every index. The server's table has 58 of them. Kept are those of the list itself, of the workflow ID, and (in
-- visibility.go) of the columns that carry one of the application's keywords. An index that has the same value for nearly
-- every row, as those of the task queue, the workflow type and the status, finds nothing quicker than the list does, and
-- the root of a workflow that has no parent is itself. No index is needed for a right answer, only for a quick one.

DROP INDEX IF EXISTS by_execution_time;
DROP INDEX IF EXISTS by_history_length;
DROP INDEX IF EXISTS by_history_size_bytes;
DROP INDEX IF EXISTS by_execution_duration;
DROP INDEX IF EXISTS by_state_transition_count;
DROP INDEX IF EXISTS by_task_queue;
DROP INDEX IF EXISTS by_workflow_type;
DROP INDEX IF EXISTS by_status;
DROP INDEX IF EXISTS by_root_workflow_id;
DROP INDEX IF EXISTS by_parent_run_id;
DROP INDEX IF EXISTS by_root_run_id;
DROP INDEX IF EXISTS by_batcher_user;
DROP INDEX IF EXISTS by_temporal_scheduled_start_time;
DROP INDEX IF EXISTS by_temporal_schedule_paused;
DROP INDEX IF EXISTS by_temporal_pause_info;
DROP INDEX IF EXISTS by_temporal_workflow_versioning_behavior;
DROP INDEX IF EXISTS by_temporal_bool_01;
DROP INDEX IF EXISTS by_temporal_bool_02;
DROP INDEX IF EXISTS by_temporal_datetime_01;
DROP INDEX IF EXISTS by_temporal_datetime_02;
DROP INDEX IF EXISTS by_temporal_double_01;
DROP INDEX IF EXISTS by_temporal_double_02;
DROP INDEX IF EXISTS by_temporal_int_01;
DROP INDEX IF EXISTS by_temporal_int_02;
DROP INDEX IF EXISTS by_temporal_keyword_01;
DROP INDEX IF EXISTS by_temporal_keyword_02;
DROP INDEX IF EXISTS by_temporal_keyword_03;
DROP INDEX IF EXISTS by_temporal_keyword_04;
DROP INDEX IF EXISTS by_temporal_low_cardinality_keyword_01;

-- What few workflows have, and the UI looks for: the children of a workflow, the runs of a schedule, the workflows of a
-- version of the workers, the server's own. A workflow without it costs these indexes nothing.
DROP INDEX IF EXISTS by_parent_workflow_id;
DROP INDEX IF EXISTS by_temporal_scheduled_by_id;
DROP INDEX IF EXISTS by_temporal_namespace_division;
DROP INDEX IF EXISTS by_temporal_worker_deployment_version;
DROP INDEX IF EXISTS by_temporal_worker_deployment;
CREATE INDEX IF NOT EXISTS of_parent_workflow_id ON executions_visibility (namespace_id, parent_workflow_id, (COALESCE(close_time, '9999-12-31 23:59:59+00:00')) DESC, start_time DESC, run_id) WHERE parent_workflow_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS of_temporal_scheduled_by_id ON executions_visibility (namespace_id, TemporalScheduledById, (COALESCE(close_time, '9999-12-31 23:59:59+00:00')) DESC, start_time DESC, run_id) WHERE TemporalScheduledById IS NOT NULL;
CREATE INDEX IF NOT EXISTS of_temporal_namespace_division ON executions_visibility (namespace_id, TemporalNamespaceDivision, (COALESCE(close_time, '9999-12-31 23:59:59+00:00')) DESC, start_time DESC, run_id) WHERE TemporalNamespaceDivision IS NOT NULL;
CREATE INDEX IF NOT EXISTS of_temporal_worker_deployment_version ON executions_visibility (namespace_id, TemporalWorkerDeploymentVersion, (COALESCE(close_time, '9999-12-31 23:59:59+00:00')) DESC, start_time DESC, run_id) WHERE TemporalWorkerDeploymentVersion IS NOT NULL;
CREATE INDEX IF NOT EXISTS of_temporal_worker_deployment ON executions_visibility (namespace_id, TemporalWorkerDeployment, (COALESCE(close_time, '9999-12-31 23:59:59+00:00')) DESC, start_time DESC, run_id) WHERE TemporalWorkerDeployment IS NOT NULL;

-- The server's trigger writes a row's words to the full-text tables anew at each update of the row. These do it only
-- when a word has changed; with the words as they were the tables are already right.
DROP TRIGGER IF EXISTS executions_visibility_au;

CREATE TRIGGER IF NOT EXISTS executions_visibility_fts_text_au AFTER UPDATE ON executions_visibility
WHEN OLD.Text01 IS NOT NEW.Text01
  OR OLD.Text02 IS NOT NEW.Text02
  OR OLD.Text03 IS NOT NEW.Text03
BEGIN
  INSERT INTO executions_visibility_fts_text (executions_visibility_fts_text, rowid, Text01, Text02, Text03)
  VALUES ('delete', OLD.rowid, OLD.Text01, OLD.Text02, OLD.Text03);
  INSERT INTO executions_visibility_fts_text (rowid, Text01, Text02, Text03)
  VALUES (NEW.rowid, NEW.Text01, NEW.Text02, NEW.Text03);
END;

CREATE TRIGGER IF NOT EXISTS executions_visibility_fts_keyword_list_au AFTER UPDATE ON executions_visibility
WHEN OLD.TemporalChangeVersion IS NOT NEW.TemporalChangeVersion
  OR OLD.BinaryChecksums IS NOT NEW.BinaryChecksums
  OR OLD.BuildIds IS NOT NEW.BuildIds
  OR OLD.TemporalPauseInfo IS NOT NEW.TemporalPauseInfo
  OR OLD.TemporalReportedProblems IS NOT NEW.TemporalReportedProblems
  OR OLD.TemporalUsedWorkerDeploymentVersions IS NOT NEW.TemporalUsedWorkerDeploymentVersions
  OR OLD.KeywordList01 IS NOT NEW.KeywordList01
  OR OLD.KeywordList02 IS NOT NEW.KeywordList02
  OR OLD.KeywordList03 IS NOT NEW.KeywordList03
  OR OLD.TemporalKeywordList01 IS NOT NEW.TemporalKeywordList01
  OR OLD.TemporalKeywordList02 IS NOT NEW.TemporalKeywordList02
BEGIN
  INSERT INTO executions_visibility_fts_keyword_list (
    executions_visibility_fts_keyword_list, rowid, TemporalChangeVersion, BinaryChecksums, BuildIds, TemporalPauseInfo,
    TemporalReportedProblems, TemporalUsedWorkerDeploymentVersions, KeywordList01, KeywordList02, KeywordList03,
    TemporalKeywordList01, TemporalKeywordList02
  ) VALUES (
    'delete', OLD.rowid, OLD.TemporalChangeVersion, OLD.BinaryChecksums, OLD.BuildIds, OLD.TemporalPauseInfo,
    OLD.TemporalReportedProblems, OLD.TemporalUsedWorkerDeploymentVersions, OLD.KeywordList01, OLD.KeywordList02, OLD.KeywordList03,
    OLD.TemporalKeywordList01, OLD.TemporalKeywordList02
  );
  INSERT INTO executions_visibility_fts_keyword_list (
    rowid, TemporalChangeVersion, BinaryChecksums, BuildIds, TemporalPauseInfo,
    TemporalReportedProblems, TemporalUsedWorkerDeploymentVersions, KeywordList01, KeywordList02, KeywordList03,
    TemporalKeywordList01, TemporalKeywordList02
  ) VALUES (
    NEW.rowid, NEW.TemporalChangeVersion, NEW.BinaryChecksums, NEW.BuildIds, NEW.TemporalPauseInfo,
    NEW.TemporalReportedProblems, NEW.TemporalUsedWorkerDeploymentVersions, NEW.KeywordList01, NEW.KeywordList02, NEW.KeywordList03,
    NEW.TemporalKeywordList01, NEW.TemporalKeywordList02
  );
END;
