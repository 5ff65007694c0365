/** The datasets that are statistical tables, as plan numbers. */
export const statisticPlans: string[] = [
  'D29', 'D33', 'D30', 'D34', 'D31', 'D35', 'D37', 'D38', 'D39', 'D40', 'D45', 'A1', 'A2', 'D17', 'D20', 'D47',
  'N4', 'D22', 'D23', 'D24', 'D25', 'D26', 'C3', 'D46', 'D21', 'D6', 'D7', 'D8', 'D9', 'D10', 'D11', 'D12',
  'D13', 'D14', 'D15', 'D16', 'D18', 'D19',
];
