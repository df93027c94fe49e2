<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name>RollbackText</name>
    <message numerus="yes">
        <source>%1 and %Ln more</source>
        <translation>
            <numerusform>%1 and %Ln more</numerusform>
            <numerusform>%1 and %Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln still running</source>
        <translation>
            <numerusform>%Ln still running</numerusform>
            <numerusform>%Ln still running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln routes are back on their known good units</source>
        <translation>
            <numerusform>%Ln route is back on its known good unit</numerusform>
            <numerusform>%Ln routes are back on their known good units</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::EngineView</name>
    <message numerus="yes">
        <source>%Ln threads</source>
        <translation>
            <numerusform>%Ln thread</numerusform>
            <numerusform>%Ln threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln connections</source>
        <translation>
            <numerusform>%Ln connection</numerusform>
            <numerusform>%Ln connections</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::OverviewPage</name>
    <message numerus="yes">
        <source>%Ln routes</source>
        <translation>
            <numerusform>%Ln route</numerusform>
            <numerusform>%Ln routes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rollouts under way</source>
        <translation>
            <numerusform>%Ln rollout under way</numerusform>
            <numerusform>%Ln rollouts under way</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln need you</source>
        <translation>
            <numerusform>%Ln needs you</numerusform>
            <numerusform>%Ln need you</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::RedButton</name>
    <message numerus="yes">
        <source>Opens the list of %Ln routes with candidate traffic.</source>
        <translation>
            <numerusform>Opens the list of %Ln route with candidate traffic.</numerusform>
            <numerusform>Opens the list of %Ln routes with candidate traffic.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::RequestsPage</name>
    <message numerus="yes">
        <source>resume (%Ln new)</source>
        <translation>
            <numerusform>resume (%Ln new)</numerusform>
            <numerusform>resume (%Ln new)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln shown</source>
        <translation>
            <numerusform>%Ln shown</numerusform>
            <numerusform>%Ln shown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::TimeChart</name>
    <message numerus="yes">
        <source>resume (%Ln new)</source>
        <translation>
            <numerusform>resume (%Ln new)</numerusform>
            <numerusform>resume (%Ln new)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::TrafficPanel</name>
    <message numerus="yes">
        <source>%Ln more users</source>
        <translation>
            <numerusform>%Ln more user</numerusform>
            <numerusform>%Ln more users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln users</source>
        <translation>
            <numerusform>%Ln user</numerusform>
            <numerusform>%Ln users</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::UnitsPage</name>
    <message numerus="yes">
        <source>%Ln registered</source>
        <translation>
            <numerusform>%Ln registered</numerusform>
            <numerusform>%Ln registered</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %1 members differ</source>
        <translation>
            <numerusform>%Ln of %1 members differs</numerusform>
            <numerusform>%Ln of %1 members differ</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::AllowListEdit</name>
    <message numerus="yes">
        <source>%Ln on the list</source>
        <translation>
            <numerusform>%Ln on the list</numerusform>
            <numerusform>%Ln on the list</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::ChangeList</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::FlagImport</name>
    <message numerus="yes">
        <source>%Ln changes</source>
        <translation>
            <numerusform>%Ln change</numerusform>
            <numerusform>%Ln changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sluice::ui::FlagsPage</name>
    <message numerus="yes">
        <source>%Ln flags</source>
        <translation>
            <numerusform>%Ln flag</numerusform>
            <numerusform>%Ln flags</numerusform>
        </translation>
    </message>
</context>
</TS>
