-- Take our turn with all of these if nobody else has it. If not, some of them may be ours until the savepoint ends.
CREATE FUNCTION scheduling_turn(resources uuid[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT coalesce(bool_and(pg_try_advisory_xact_lock(hashtextextended('scheduling ' || id, 0))), true)
            FROM unnest(resources) AS id);
END $$;

-- Take our turn with a practitioner, a room, what is `held` already and what is picked of each pool, and look whether
-- the span can be had: `claimed` (the locks stay until the transaction ends), or `closed`, `held`, `lacking`, `busy`
-- (they are given back at once, so that nobody waits for a loser). Whoever is alone there waits for nothing and looks
-- once. Else what is plainly gone is said without waiting; then we wait for what we would pick, and if that is gone
-- meanwhile for every member of the pools. Whoever waits has taken no lock of this claim out of the common order.
-- With `anyway` neither hours nor other lanes nor a lack are in the way.
CREATE OR REPLACE FUNCTION scheduling_claim(
    practitioner uuid, site uuid, room uuid, held uuid[], span tstzrange, besides uuid, service uuid,
    anyway boolean, patience text, moment timestamptz,
    OUT answer text, OUT lanes integer[], OUT own_lanes integer[], OUT people uuid[], OUT places uuid[],
    OUT lacking uuid, OUT before integer, OUT after integer, OUT capacity integer, OUT fits boolean)
LANGUAGE plpgsql AS $$
DECLARE
    own uuid[] := array_remove(held || practitioner || room, NULL);
    turns uuid[] := own;
    wide tstzrange;
BEGIN
    FOR attempt IN 1..3 LOOP
        BEGIN
            IF attempt > 1 THEN
                PERFORM scheduling_wait(turns, patience);
            ELSIF NOT scheduling_turn(turns) THEN
                RAISE SQLSTATE 'OS002';
            END IF;
            SELECT * INTO answer, lanes, own_lanes, people, places, lacking, before, after, capacity, fits
            FROM scheduling_look(practitioner, site, room, span, besides, service, turns, moment);
            IF anyway THEN
                answer := 'claimed';
            ELSIF answer <> 'claimed' THEN
                RAISE SQLSTATE 'OS001';
            END IF;
            wide := scheduling_wide(span, before, after);
            IF NOT turns @> (people || places) AND NOT (
                scheduling_turn(people || places)  -- and nobody came between our look and our turn
                AND (SELECT coalesce(bool_and(scheduling_can_have(
                            one, NULL, practitioner, site, span, wide, besides, service, capacity, moment)), true)
                     FROM unnest(people) AS one)
                AND (SELECT coalesce(bool_and(scheduling_can_have(
                            NULL, one, practitioner, site, span, wide, besides, service, capacity, moment)), true)
                     FROM unnest(places) AS one)) THEN
                RAISE SQLSTATE 'OS002';
            END IF;
            PERFORM scheduling_end_holds(own || people || places, wide, moment);
            RETURN;
        EXCEPTION
            WHEN SQLSTATE 'OS001' THEN
                RETURN;  -- the answer stands, the locks are given back
            WHEN SQLSTATE 'OS002' THEN
                NULL;
            WHEN lock_not_available THEN
                answer := 'busy';
                RETURN;
        END;
        IF attempt = 1 THEN
            SELECT * INTO answer, lanes, own_lanes, people, places, lacking, before, after, capacity, fits
            FROM scheduling_look(practitioner, site, room, span, besides, service, held, moment);
            IF answer <> 'claimed' AND NOT anyway THEN
                RETURN;
            END IF;
            turns := own || people || places;
        ELSE
            turns := own || ARRAY(
                SELECT coalesce(m.practitioner_id, m.location_id) FROM scheduling_need n
                JOIN scheduling_poolmember m ON m.pool_id = n.pool_id AND m.active
                WHERE n.service_id = service AND n.active);
        END IF;
    END LOOP;
    answer := 'busy';  -- members came into a pool while we waited for all of it
END $$;

-- Asked for every slot that is looked at, and quicker run than planned anew.
ALTER FUNCTION scheduling_hours_of(uuid[], tstzrange) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION scheduling_away_of(uuid[], tstzrange) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION scheduling_open_of(uuid[], tstzrange) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION scheduling_open_time(uuid, tstzrange) SET plan_cache_mode = force_generic_plan;
