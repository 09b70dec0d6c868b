-- Views of records that people save, each their own. The one without a name is how somebody left the table.
CREATE TABLE ops.record_views (
    name VARCHAR, dataset VARCHAR, actor VARCHAR, definition VARCHAR, updated_at TIMESTAMP
);
