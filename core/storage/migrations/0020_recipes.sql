-- Recipes that are saved by name: reading options, steps on the table, where columns go, steps on the fields, as JSON.
-- `source`: the next file of this source gets the recipe by itself.
CREATE TABLE ops.recipes (
    recipe_id UUID, name VARCHAR, dataset VARCHAR, source VARCHAR, recipe VARCHAR,
    actor VARCHAR, created_at TIMESTAMP, updated_at TIMESTAMP
);

-- Plans of open uploads on the other side of a change: before it, or behind it once it was undone.
CREATE TABLE ops.plan_changes (
    upload_id UUID, place INTEGER, plan VARCHAR, undone BOOLEAN, actor VARCHAR, changed_at TIMESTAMP
);
