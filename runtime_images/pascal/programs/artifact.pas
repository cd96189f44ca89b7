program Main;
uses
  SysUtils;
var
  Target: Text;
begin
  Assign(Target, GetEnvironmentVariable('ARTIFACTS_DIR') + '/result.txt');
  Rewrite(Target);
  WriteLn(Target, 'made');
  Close(Target);
  WriteLn('ok');
end.
